import { pause } from '../core/pause.js';
import { messageOf } from '../errors.js';
import type { Log } from '../ports/system.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;
const HEALTHY_MS = 30_000;

/** Runs a session again and again until the signal: after an error with a wait that doubles, from 1 to 10 s, and starts small again when a session has held. */
export async function reopenUntil(
  signal: AbortSignal,
  log: Log,
  session: () => Promise<void>,
): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const started = performance.now();
    try {
      await session();
      waitMs = FIRST_WAIT_MS;
    } catch (error) {
      if (performance.now() - started > HEALTHY_MS) waitMs = FIRST_WAIT_MS;
      if (isAborted(signal)) return;
      log.warn({ reason: messageOf(error), retryInMs: waitMs }, 'bus-lost-opening-anew');
      await pause(waitMs, signal);
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    }
  }
}

/** Asked anew after each wait; the compiler takes the first look for the last. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
