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
  /** The names under which whoever asked counts: the actor, and who is behind it. */
  readonly people: readonly string[];
}

/** What one event means for one document. */
export type Touch<Part = unknown> = readonly [id: string, part: Part];

/**
 * One kind of document: which ids an event touches, and what it says about each, follows from the event alone; `apply`
 * sees the document, that part of the event and where it stands, and nothing else. `undefined` for a document: there is
 * none (any more).
 */
export interface Projection<Doc extends AnyDocument = AnyDocument> {
  readonly kind: Doc['kind'];
  readonly touches: (event: FoldEvent) => readonly Touch[];
  readonly apply: (
    document: AnyDocument | undefined,
    part: unknown,
    at: FoldContext & { readonly event: FoldEvent },
  ) => AnyDocument | undefined;
}
