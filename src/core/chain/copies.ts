import { MAX_IN_DOUBT, through } from './branch.js';
import { positionsOf, type JournalFault } from './journal-fault.js';
import type { Segment } from './segments.js';

/** Segments that stand in the chain already and stand there once more. */
export interface Copies {
  add(segment: Segment): void;
  /** A writer went on. */
  passed(epoch: number): void;
  /** A term has begun. */
  clear(): void;
}

/**
 * Tells copies that somebody put there from those that a writer left: one whose connection was cut may have sent a message
 * twice, and hears of it; it does not go on for long then.
 */
export function createCopies(onFault: (fault: JournalFault) => void): Copies {
  let copies: { readonly segment: Segment; passed: number }[] = [];

  const tell = ({ first, last, message }: Segment): void => {
    const range = through(first, last);
    const detail = `${positionsOf(range)} stand once more in message ${message.id}`;
    onFault({ kind: 'inserted', ...range, messageId: message.id, detail });
  };

  return {
    add(segment) {
      if (segment.whole) copies.push({ segment, passed: 0 });
      else tell(segment);
    },
    passed(epoch) {
      if (copies.length === 0) return;
      for (const copy of copies) if (copy.segment.epoch === epoch) copy.passed += 1;
      for (const { segment, passed } of copies) if (passed > MAX_IN_DOUBT) tell(segment);
      copies = copies.filter(({ passed }) => passed <= MAX_IN_DOUBT);
    },
    clear() {
      copies = [];
    },
  };
}
