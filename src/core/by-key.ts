/** Work in flight: in order within a key, side by side between keys, never more than a bound. */
export interface ByKey {
  /** Waits until a quarter of the bound is free. */
  room(): Promise<void>;
  /** How much more may be added now. */
  free(): number;
  /** Starts `work` when what was added before for this key is done; without a key at once. Never rejects: `work` must not. */
  add(key: string | undefined, work: () => Promise<void>): void;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
}

export function createByKey(bound: number): ByKey {
  const last = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  const enough = Math.ceil(bound / 4);
  let running = 0;

  const ended = (): void => {
    running--;
    for (const wake of waiting.splice(0)) wake();
  };
  const change = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  return {
    async room() {
      while (bound - running < enough) await change();
    },
    free: () => bound - running,
    add(key, work) {
      const before = key === undefined ? undefined : last.get(key);
      const done: Promise<void> = (before === undefined ? work() : before.then(work)).finally(() => {
        if (key !== undefined && last.get(key) === done) last.delete(key);
        ended();
      });
      running++;
      if (key !== undefined) last.set(key, done);
    },
    async idle() {
      while (running > 0) await change();
    },
  };
}
