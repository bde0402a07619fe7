import type { AnyDocument, JournalEvent, JournalRecord } from './types.js';

/** What the fold sees besides events: the record they stand in. */
export interface RecordFacts {
  readonly type: 'command-recorded';
  readonly record: JournalRecord;
}

export type FoldEvent = JournalEvent | RecordFacts;

/** Where an event stands. */
export interface FoldContext {
  readonly position: number;
  readonly time: string;
  readonly actor: string;
}

/**
 * One kind of document: which ids an event touches follows from the event alone; `evolve` sees the document and the
 * event and nothing else. `undefined` for a document: there is none (any more).
 */
export interface Projection<Doc extends AnyDocument = AnyDocument> {
  readonly kind: Doc['kind'];
  readonly ids: (event: FoldEvent, context: FoldContext) => readonly string[];
  readonly evolve: (
    id: string,
    document: Doc | undefined,
    at: FoldContext & { readonly event: FoldEvent },
  ) => Doc | undefined;
}
