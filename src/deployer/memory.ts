/** Remembers what work came to, so that the same is not done again; those who come while it runs share it. */
export interface Memory<T> {
  /** What is known for this key, or what `work` comes to. */
  of(key: string, work: () => Promise<T>): Promise<T>;
}

/** Keeps the newest `max` of those that are worth it; a failure is forgotten, and whoever shared it does the work anew. */
export function createMemory<T>(isWorthKeeping: (value: T) => boolean, max: number): Memory<T> {
  const known = new Map<string, Promise<T>>();
  const memory: Memory<T> = {
    of(key, work) {
      const before = known.get(key);
      if (before !== undefined) return before.catch(() => memory.of(key, work));
      const value = work();
      known.set(key, value);
      value.then(
        (done) => {
          if (!isWorthKeeping(done)) known.delete(key);
        },
        () => known.delete(key),
      );
      for (const [oldest] of known) {
        if (known.size <= max) break;
        known.delete(oldest);
      }
      return value;
    },
  };
  return memory;
}
