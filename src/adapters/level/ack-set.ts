/** What is kept of a subscription: everything up to `cursor` is acknowledged, and the ranges above it, ends included. */
export interface SavedAcks {
  readonly cursor: number;
  readonly ranges: readonly (readonly [number, number])[];
}

/** The numbers that are acknowledged; its size follows the holes, not the messages. */
export interface AckSet {
  readonly cursor: number;
  has(number: number): boolean;
  /** False if it was there. */
  add(number: number): boolean;
  save(): SavedAcks;
}

/** Makes the set from what was kept. */
export function createAckSet(saved: SavedAcks): AckSet {
  let cursor = saved.cursor;
  const ranges: [number, number][] = saved.ranges.map(([from, to]) => [from, to]);

  /** Index of the first range that ends at or behind `number`. */
  const find = (number: number): number => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle]?.[1] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const has = (number: number): boolean => {
    if (number <= cursor) return true;
    const range = ranges[find(number)];
    return range !== undefined && range[0] <= number;
  };

  const insert = (number: number): void => {
    const index = find(number);
    const before = ranges[index - 1];
    const after = ranges[index];
    const joinsBefore = before?.[1] === number - 1;
    const joinsAfter = after?.[0] === number + 1;
    if (before && after && joinsBefore && joinsAfter) {
      before[1] = after[1];
      ranges.splice(index, 1);
    } else if (before && joinsBefore) {
      before[1] = number;
    } else if (after && joinsAfter) {
      after[0] = number;
    } else {
      ranges.splice(index, 0, [number, number]);
    }
  };

  const add = (number: number): boolean => {
    if (has(number)) return false;
    if (number !== cursor + 1) {
      insert(number);
      return true;
    }
    cursor = number;
    const next = ranges[0];
    if (next?.[0] === cursor + 1) {
      cursor = next[1];
      ranges.shift();
    }
    return true;
  };

  return {
    get cursor() {
      return cursor;
    },
    has,
    add,
    save: () => ({ cursor, ranges: ranges.map(([from, to]) => [from, to] as const) }),
  };
}
