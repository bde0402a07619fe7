import { readCheckpoint } from '../core/checkpoint.js';
import { CHECKPOINT_ID } from '../core/ids.js';
import { pause } from '../core/pause.js';
import { AppError } from '../errors.js';
import type { Documents } from '../ports/documents.js';
import type { Clock, Log } from '../ports/system.js';
import { patiently } from '../processor/patience.js';

/** How long the documents in use may stay behind the journal. */
const FOLLOW_MS = 60_000;
/** How long this process may take to hear of a record that is folded elsewhere already. */
const HEAR_MS = 10_000;

export interface LiveOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The position that documents have reached, by their checkpoint. */
export async function reachedBy(documents: Documents, options: LiveOptions): Promise<number> {
  const found = await patiently(options, () => documents.get([CHECKPOINT_ID]));
  return readCheckpoint(found.get(CHECKPOINT_ID)?.body)?.state.position ?? 0;
}

/** Waits until documents that somebody writes have reached a position. */
export async function reached(documents: Documents, position: number, options: LiveOptions): Promise<void> {
  const end = options.clock.now() + FOLLOW_MS;
  while ((await reachedBy(documents, options)) < position) {
    if (options.signal.aborted) throw new AppError('CLOSED', 'waiting for the documents was ended');
    if (options.clock.now() > end) {
      throw new AppError(
        'NOT_REACHED',
        `The documents in use do not follow the journal to position ${position}: GET /readyz says whether a writer is at work.`,
      );
    }
    await pause(50, options.signal);
  }
}

/** Tells how far this process knows the journal: up to a position, or to where it ends after a wait. */
export function createHearing(
  head: () => number,
  options: LiveOptions,
): (position: number) => Promise<number> {
  let silentAt = Infinity;
  return async (position) => {
    const end = options.clock.now() + HEAR_MS;
    // A position that nobody has reached is waited for once.
    while (head() < position && position < silentAt && !options.signal.aborted) {
      if (options.clock.now() > end) silentAt = position;
      await pause(50, options.signal);
    }
    return Math.min(position, head());
  };
}
