import { pause } from '../core/pause.js';
import type { Actor, Reply } from '../core/types.js';
import { AppError, type Code } from '../errors.js';
import type { CommandDoor } from '../ports/command-door.js';
import type { DocumentStore } from '../ports/documents.js';
import type { Clock, Ids, Log } from '../ports/system.js';

/** How long the command may take, and the switch behind it. */
const REPLY_MS = 60_000;
const SWITCH_MS = 30_000;
/** A writer that ends between its record and the switch leaves the pointer: it is asked again. */
const MAX_TRIES = 3;
const LOOK_MS = 100;

export interface SwitchOverOptions {
  readonly door: CommandDoor;
  /** Who asked for the rebuild. */
  readonly caller: Actor;
  readonly store: DocumentStore;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
}

/** Has the writer go on with a database, wherever it runs; resolves when the pointer names it. */
export async function switchOver(
  options: SwitchOverOptions,
  database: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, log } = options;
  for (let tries = 1; ; tries += 1) {
    const reply = await ask(options, database, signal);
    if (reply.status !== 'ok') {
      const { code = 'INTERNAL', detail = reply.status } = reply.error ?? {};
      throw new AppError(code as Code, `The switch to ${database} was not accepted: ${detail}`);
    }
    for (const end = clock.now() + SWITCH_MS; clock.now() < end;) {
      if ((await store.current()) === database) return;
      ended(signal);
      await pause(LOOK_MS, signal);
    }
    if (tries === MAX_TRIES) break;
    log.warn({ database, tries }, 'documents-not-switched-yet');
  }
  throw new AppError(
    'CONFLICT',
    `The writer did not go on with ${database}: its log says why. Ask for the rebuild again.`,
  );
}

async function ask(
  { door, caller, ids, clock }: SwitchOverOptions,
  database: string,
  signal: AbortSignal,
): Promise<Reply> {
  const id = ids.uuid();
  const command = { id, command: 'switch-documents', project: 'stageline', params: { database } };
  let { reply } = await door.send(command, { caller, waitMs: 5_000 });
  for (const end = clock.now() + REPLY_MS; reply === undefined;) {
    if (clock.now() > end)
      throw new AppError(
        'NOT_REACHED',
        'The switch was asked for and no writer has answered: GET /readyz says why.',
      );
    ended(signal);
    await pause(LOOK_MS, signal);
    const known = await door.find(id, caller);
    if (known.state === 'answered') ({ reply } = known);
    // Whoever took it is gone and it is not in the journal: the same id makes sending it again safe.
    else if (known.state === 'unknown') ({ reply } = await door.send(command, { caller, waitMs: 5_000 }));
  }
  return reply;
}

function ended(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('CLOSED', 'the switch was not waited for: it may still happen');
}
