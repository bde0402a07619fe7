import type { SeenDocument } from './decision.js';

/** A place in the journal: a position, or the last record at or before a time (ISO 8601). */
export type HistoryPoint = { readonly position: number } | { readonly time: string };

export interface HistoryPage {
  /** Only ids that start with it. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Only what belongs to this project; undefined: all. */
  readonly project?: string | undefined;
  /** Only ids above this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** One change within a document. */
export interface ValueChange {
  /** JSON pointer into the document; '' is the whole of it. */
  readonly pointer: string;
  /** Absent: there was nothing. */
  readonly before?: unknown;
  /** Absent: there is nothing any more. */
  readonly after?: unknown;
}

/** What became of one document between two positions. */
export interface DocumentChange {
  readonly id: string;
  readonly change: 'created' | 'changed' | 'deleted';
  /** Position of the last record that changed it. */
  readonly position: number;
  readonly values: readonly ValueChange[];
}

export interface StatePage {
  /** The position that the documents are shown at. */
  readonly position: number;
  /** Time of the record there; '' at position 0. */
  readonly time: string;
  readonly documents: readonly SeenDocument[];
  /** Give it as `after` to go on; absent on the last page. */
  readonly next?: string;
}

export interface ChangesPage {
  readonly from: number;
  readonly to: number;
  readonly changes: readonly DocumentChange[];
  readonly next?: string;
}

/** What the world looked like then, out of the journal alone. Slow for a long journal: never asked for in the writer's turn. */
export interface History {
  /** The documents as they stood after a position. UNKNOWN_POSITION where the journal does not reach it. */
  stateAt(point: HistoryPoint, page: HistoryPage): Promise<StatePage>;
  /** What changed after the first position up to the second. */
  changes(from: HistoryPoint, to: HistoryPoint, page: HistoryPage): Promise<ChangesPage>;
}
