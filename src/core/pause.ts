import { createBell } from './bell.js';

/** Resolves after `ms`, or at once when the signal is aborted: whoever waits looks at the signal itself. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return createBell().wait(ms, signal);
}

/** A signal's state, asked anew: the compiler believes that it cannot change between two looks. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
