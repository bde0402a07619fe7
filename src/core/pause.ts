import { createBell } from './bell.js';

/** Resolves after `ms`, or at once when the signal is aborted: whoever waits looks at the signal itself. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return createBell().wait(ms, signal);
}

/** The promise's result, or the error of `late` once `ms` have passed; the promise itself goes on. */
export async function withLimit<T>(promise: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** A signal's state, asked anew: the compiler believes that it cannot change between two looks. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
