import { AppError } from '../../errors.js';

/** Counts who is inside. */
export interface Turnstile {
  /** Lets a caller in, or rejects with TOO_MANY_REQUESTS; the returned function lets him out, once. */
  enter(name: string): () => void;
}

/** At most `max` inside, and `maxEach` of one caller, so that none keeps the others out. */
export function createTurnstile({
  max,
  maxEach,
}: {
  readonly max: number;
  readonly maxEach: number;
}): Turnstile {
  const inside = new Map<string, number>();
  let all = 0;
  return {
    enter(name) {
      const his = inside.get(name) ?? 0;
      if (all >= max || his >= maxEach) throw new AppError('TOO_MANY_REQUESTS', 'Too many requests');
      all += 1;
      inside.set(name, his + 1);
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        all -= 1;
        const left = (inside.get(name) ?? 1) - 1;
        if (left === 0) inside.delete(name);
        else inside.set(name, left);
      };
    },
  };
}
