import { isAborted, pause } from '../core/pause.js';
import { hasCode, messageOf } from '../errors.js';
import type { Log } from '../ports/system.js';

export interface Patience {
  readonly log: Log;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Told when the engine does not answer, and when it does again. */
  readonly waiting?: ((yes: boolean) => void) | undefined;
}

/** Waits for an engine that does not answer, as long as the lease is held. Anything else is thrown. */
export async function patiently<T>(options: Patience, attempt: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      const result = await attempt();
      if (failures > 1) options.waiting?.(false);
      return result;
    } catch (error) {
      if (!hasCode(error, 'ENGINE_UNAVAILABLE') || isAborted(options.signal)) throw error;
      options.waiting?.(true);
      options.log.warn({ failures, reason: messageOf(error) }, 'documents-do-not-answer');
      await pause(Math.min(2_000, 50 * 2 ** failures), options.signal);
      if (options.signal.aborted) throw error;
    }
  }
}
