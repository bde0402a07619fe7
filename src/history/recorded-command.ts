import { findOwnCommand } from '../commands/internal/own-commands.js';
import { commandHash } from '../core/canonical.js';
import type { JournalRecord } from '../core/types.js';
import type { Consumer } from '../ports/bus.js';
import type { Incoming } from '../processor/inbox.js';

/** Nobody waits for these commands. */
const NOBODY: Consumer = {
  receive: async () => [],
  acknowledge: async () => undefined,
  negativeAcknowledge: async () => undefined,
  lost: new AbortController().signal,
  close: async () => undefined,
};

/** A record's command as it came in; undefined for one of the writer's own that the code of today does not have. */
export function recordedCommand(record: JournalRecord): Incoming | undefined {
  const { via, command, time } = record;
  if (via === 'internal') {
    const definition = findOwnCommand(command.command);
    return definition === undefined ? undefined : { via, definition, params: command.params };
  }
  const message = {
    id: String(record.position),
    payload: Buffer.from(JSON.stringify(asSent(record))),
    properties: {},
    publishTime: Date.parse(time),
  };
  return { via, message, consumer: NOBODY, topic: via };
}

/** The record names the project also where the sender did not; by the hash it is told which it was. */
function asSent({ command, commandHash: hash }: JournalRecord): object {
  const { project: _project, ...unnamed } = command;
  return commandHash(unnamed) === hash ? unnamed : command;
}
