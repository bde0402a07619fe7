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

/**
 * What `work` comes to, or undefined as soon as the signal is aborted. What it comes to after that, a fault included, is
 * nobody's concern any more: whoever uses this ends the work otherwise.
 */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(undefined);
    const end = (): void => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.finally(end).then(resolve, reject);
  });
}
