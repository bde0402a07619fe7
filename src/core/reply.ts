import type { JournalRecord, Reply } from './types.js';

/** The reply that a record stands for: what the caller gets, and what the same id gets again. */
export function replyOf(record: JournalRecord): Reply {
  return {
    id: record.command.id,
    command: record.command.command,
    status: record.outcome,
    position: record.position,
    ...(record.result === undefined ? {} : { result: record.result }),
    ...(record.error === undefined ? {} : { error: record.error }),
  };
}

/** The property of a reply's message that names the command's hash: under one id, another command may have been refused. */
export const COMMAND_HASH = 'commandHash';

/** The property of a reply's message that names who asked: what somebody else is told under the same id is not for him. */
export const ASKED_BY = 'askedBy';
