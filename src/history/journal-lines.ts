import { startNear } from '../feed/start-near.js';
import type { DocumentStore } from '../ports/documents.js';
import type { JournalEnd, JournalLines } from '../ports/journal-lines.js';
import type { JournalSource } from './journal-source.js';
import { readLines } from './read-lines.js';

export interface JournalLinesOptions {
  readonly source: JournalSource;
  /** Its index tells where a position stands. */
  readonly store: DocumentStore;
  readonly end: () => JournalEnd;
}

/** The journal's lines from any position on, each reader with a reader of the bus of its own. */
export function createJournalLines({ source, store, end }: JournalLinesOptions): JournalLines {
  return {
    end,
    async *read({ from, to, signal }) {
      const start = await startNear(store, from - 1);
      for await (const { lines } of readLines(source, { start, from, to, signal }))
        yield lines.map(({ bytes }) => bytes);
    },
  };
}
