import type { JournalLines } from '../../src/ports/journal-lines.js';
import { recordOf } from './fake-feed.js';
import { linesOf } from './records-source.js';

/** A journal of lines in memory, a few to a message. */
export interface FakeJournal extends JournalLines {
  /** Makes so many records more. */
  grow(count: number): void;
  /** What the journal holds, as bytes. */
  text(from?: number, to?: number): string;
  /** Readings that are under way. */
  reading(): number;
  /** Awaited before each message. */
  gate: () => Promise<void>;
}

/** Made once: every journal begins alike. */
let made: readonly Buffer[] = [];

function firstLines(count: number): readonly Buffer[] {
  if (made.length < count) {
    const records = Array.from({ length: count }, (_, index) => recordOf(index + 1, []));
    made = linesOf(records).map(({ bytes }) => bytes);
  }
  return made.slice(0, count);
}

export function createFakeJournal(): FakeJournal {
  let lines: readonly Buffer[] = [];
  let reading = 0;
  const journal: FakeJournal = {
    gate: async () => undefined,
    grow(count) {
      lines = firstLines(lines.length + count);
    },
    text: (from = 1, to = lines.length) =>
      lines
        .slice(from - 1, to)
        .map((line) => `${line.toString()}\n`)
        .join(''),
    reading: () => reading,
    end: () => ({ position: lines.length, origin: 'first-writer' }),
    async *read({ from, to, signal }) {
      reading += 1;
      try {
        for (let start = from - 1; start < to; start += 3) {
          await journal.gate();
          if (signal.aborted) return;
          yield lines.slice(start, Math.min(to, start + 3));
        }
      } finally {
        reading -= 1;
      }
    },
  };
  return journal;
}
