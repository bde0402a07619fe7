import { auditId } from '../core/ids.js';
import type { AuditDocument, JournalRecord } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `audit:<position>`: every record leaves one. */
export const audit = defineProjection<AuditDocument, JournalRecord>({
  kind: 'audit',
  touches: (event) =>
    event.type === 'command-recorded' ? [[auditId(event.record.position), event.record]] : [],
  apply: (_document, { time, command, actor, outcome, error, events }) => ({
    kind: 'audit',
    time,
    id: command.id,
    command: command.command,
    project: command.project,
    actor: actor.name,
    outcome,
    ...(error === undefined ? {} : { code: error.code }),
    events: events.map(({ type }) => type),
  }),
});
