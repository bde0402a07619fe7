/** Moves of the head kept; beyond it the older ones are told less exactly. */
const MAX_MOVES = 1_000;
/** Moves that follow each other faster are one. */
const STEP_MS = 250;

/** Remembers when the head of the journal passed which position. */
export interface HeadClock {
  /** The head is here now. */
  note(position: number): void;
  /** For how long there have been records above a position, in milliseconds; 0 if there are none. At most some too much, never too little. */
  sinceAbove(position: number): number;
}

/** A clock that knows the head from the time when it was made. */
export function createHeadClock(now: () => number): HeadClock {
  /** The head left `above` at `at`; ascending. */
  let moves: { readonly above: number; readonly at: number }[] = [{ above: -1, at: now() }];
  let head = 0;
  return {
    note(position) {
      if (position <= head) return;
      const at = now();
      const last = moves.at(-1);
      if (last === undefined || at - last.at >= STEP_MS) moves.push({ above: head, at });
      head = position;
      if (moves.length > MAX_MOVES) moves = moves.filter((_, index) => index % 2 === 0);
    },
    sinceAbove(position) {
      if (position >= head) return 0;
      // The first move is above every position.
      return now() - (moves.findLast(({ above }) => above <= position)?.at ?? now());
    },
  };
}
