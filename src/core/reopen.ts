import { messageOf } from '../errors.js';
import { isAborted, pause } from './pause.js';

/** As much of a log as is needed here. */
interface Warns {
  warn(facts: object, event: string): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;
const HEALTHY_MS = 30_000;

/** Runs a session again and again until the signal: after an error with a wait that doubles, from 1 to 10 s, and starts small again when a session has held. */
export async function reopenUntil(
  signal: AbortSignal,
  log: Warns,
  session: () => Promise<void>,
): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!isAborted(signal)) {
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
