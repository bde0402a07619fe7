import type { Actor, Reply } from '../../src/core/types.js';
import type { CommandDoor, Known } from '../../src/ports/command-door.js';

/** A command as the door got it. */
export interface SentCommand {
  readonly command: Readonly<Record<string, unknown>>;
  readonly waitMs: number;
  readonly caller: Actor;
}

/** A door that answers as it is told. */
export interface FakeDoor extends CommandDoor {
  readonly sent: SentCommand[];
  /** The reply to whatever comes next; undefined: none in time; an error: thrown. */
  next: Reply | Error | undefined;
  readonly known: Map<string, Known>;
}

export const SOME_ID = '0193a5a0-0000-7000-8000-000000000001';

export function createFakeDoor(): FakeDoor {
  const door: FakeDoor = {
    sent: [],
    next: undefined,
    known: new Map(),
    async send(command, { waitMs, caller }) {
      door.sent.push({ command, waitMs, caller });
      if (door.next instanceof Error) throw door.next;
      return { id: SOME_ID, reply: door.next };
    },
    find: async (id) => door.known.get(id) ?? { state: 'unknown' },
    health: () => ({ ok: true, detail: 'fake' }),
    close: async () => undefined,
  };
  return door;
}
