import { cutText } from '../core/cut-text.js';
import { auditId } from '../core/ids.js';
import { redactText } from '../core/redact-text.js';
import type { AuditDocument, JournalEvent, JournalRecord, Problem } from '../core/types.js';
import { entitiesOf } from './audit-entities.js';
import { defineProjection } from './define-projection.js';

/** Longest reason, in UTF-16 code units. */
const MAX_REASON = 500;

/** `audit:<position>`: every record leaves one. */
export const audit = defineProjection<AuditDocument, JournalRecord>({
  kind: 'audit',
  touches: (event) =>
    event.type === 'command-recorded' ? [[auditId(event.record.position), event.record]] : [],
  apply: (_document, { time, command, actor, via, outcome, error, events }) => ({
    kind: 'audit',
    time,
    id: command.id,
    command: command.command,
    project: command.project,
    actor: actor.name,
    via,
    outcome,
    ...(error === undefined ? {} : { code: error.code, reason: reasonOf(error) }),
    events: events.map(({ type }) => type),
    ...entitiesOf(events),
    ...overrideOf(events),
    ...allowsIn(events),
  }),
});

/** Masked first: a secret that is cut through is not known for one any more. */
function reasonOf({ detail, title }: Problem): string {
  return cutText(redactText(detail ?? title), MAX_REASON);
}

/** That somebody overrode a refusal is told by the event that it made possible. */
function overrideOf(events: readonly JournalEvent[]): Pick<AuditDocument, 'override' | 'overrode'> {
  for (const event of events) {
    const override = 'override' in event ? event.override : undefined;
    if (override === undefined) continue;
    const { reason, passed } = override;
    return { override: cutText(redactText(reason), MAX_REASON), overrode: [...passed] };
  }
  return {};
}

/** What a person let through although it looks like a secret. */
function allowsIn(events: readonly JournalEvent[]): Pick<AuditDocument, 'allowLiterals'> {
  for (const event of events)
    if (event.type === 'configs-staged' && event.allowLiterals !== undefined)
      return { allowLiterals: event.allowLiterals };
  return {};
}
