import { AppError } from '../errors.js';

/** Work that goes one after another; what finds too much waiting before it is refused with TOO_MANY_REQUESTS. */
export function oneAtATime(maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting > maxWaiting) {
      const detail = `${maxWaiting} questions about the past wait already; ask again later.`;
      return Promise.reject(new AppError('TOO_MANY_REQUESTS', detail));
    }
    waiting += 1;
    const done = last.then(work).finally(() => (waiting -= 1));
    last = done.catch(() => undefined);
    return done;
  };
}
