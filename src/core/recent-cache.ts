/** What was used lately, within a bound. */
export interface RecentCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** How often something was let go of. */
  readonly rotations: number;
  /** Lets go of what was not used since the last time, once there is too much; nothing goes at any other moment. */
  trim(): void;
}

/**
 * Two generations instead of an order of use: what is used in the old one moves to the young one, and the old one goes as a
 * whole. Holds at most `max` entries after a trim.
 */
export function createRecentCache<Value>(max: number): RecentCache<Value> {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  let rotations = 0;
  return {
    get rotations() {
      return rotations;
    },
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const before = old.get(key);
      if (before !== undefined) young.set(key, before);
      return before;
    },
    set(key, value) {
      young.set(key, value);
    },
    trim() {
      if (young.size <= max / 2) return;
      rotations += 1;
      old = young;
      young = new Map();
    },
  };
}
