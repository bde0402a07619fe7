/** Resolves after `ms`, or at once when the signal is aborted: whoever waits looks at the signal itself. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** A signal's state, asked anew: the compiler believes that it cannot change between two looks. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
