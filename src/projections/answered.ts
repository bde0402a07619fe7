import { answeredId } from '../core/ids.js';
import { replyOf } from '../core/reply.js';
import type { AnsweredDocument, JournalRecord } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/**
 * `answered:<command id>`: the first reply to an id. `failed` and `denied` take no id: the same command may be tried
 * again. A refusal of a used id is a record of that id too, and changes nothing here.
 */
export const answered = defineProjection<AnsweredDocument, JournalRecord>({
  kind: 'answered',
  touches: (event) =>
    event.type === 'command-recorded' && takesId(event.record)
      ? [[answeredId(event.record.command.id), event.record]]
      : [],
  apply: (document, record) =>
    document ?? {
      kind: 'answered',
      commandHash: record.commandHash,
      actor: record.actor.name,
      reply: replyOf(record),
    },
});

function takesId({ via, outcome }: JournalRecord): boolean {
  return via !== 'internal' && (outcome === 'ok' || outcome === 'rejected');
}
