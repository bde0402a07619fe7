/** Runs work, no more than a number at a time, first come first served. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

export function createSlots(bound: number): Slots {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= bound) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // A slot is handed on, so that nobody takes it in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
