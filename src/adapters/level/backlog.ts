/** A message that was passed over or given back, and waits for its turn. */
export interface Waiting {
  readonly number: number;
  /** Messages of one lane go out in order. */
  readonly lane: string | undefined;
  /** Not before this time of `performance.now()`. */
  readonly dueAt: number;
}

/** Messages behind the reading position that nobody holds. */
export interface Backlog {
  readonly size: number;
  add(waiting: Waiting): void;
  delete(number: number): void;
  hasLane(lane: string | undefined): boolean;
  /** In the order of their numbers. */
  inOrder(): Iterable<Waiting>;
  /** The earliest time after `now` at which one falls due. */
  nextDue(now: number): number | undefined;
  clear(): void;
}

/** Makes an empty backlog. */
export function createBacklog(): Backlog {
  const byNumber = new Map<number, Waiting>();
  const lanes = new Map<string, number>();
  let order: number[] | undefined = [];

  const count = (lane: string | undefined, change: number): void => {
    if (lane === undefined) return;
    const left = (lanes.get(lane) ?? 0) + change;
    if (left === 0) lanes.delete(lane);
    else lanes.set(lane, left);
  };

  const remove = (number: number): void => {
    const waiting = byNumber.get(number);
    if (!waiting) return;
    byNumber.delete(number);
    count(waiting.lane, -1);
  };

  const sorted = (): number[] => {
    if (order === undefined || order.length > 2 * byNumber.size + 16) {
      order = [...byNumber.keys()].sort((a, b) => a - b);
    }
    return order;
  };

  function* inOrder(): Iterable<Waiting> {
    for (const number of sorted()) {
      const waiting = byNumber.get(number);
      if (waiting) yield waiting;
    }
  }

  return {
    get size() {
      return byNumber.size;
    },
    add: (waiting) => {
      remove(waiting.number);
      byNumber.set(waiting.number, waiting);
      count(waiting.lane, 1);
      order = undefined;
    },
    delete: remove,
    hasLane: (lane) => lane !== undefined && lanes.has(lane),
    inOrder,
    nextDue: (now) => {
      let next: number | undefined;
      for (const { dueAt } of byNumber.values()) {
        if (dueAt > now && (next === undefined || dueAt < next)) next = dueAt;
      }
      return next;
    },
    clear: () => {
      byNumber.clear();
      lanes.clear();
      order = [];
    },
  };
}
