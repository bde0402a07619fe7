import type { Load } from './decision.js';

/** A place in the journal: a position, or the last record at or before a time (ISO 8601). */
export type HistoryPoint = { readonly position: number } | { readonly time: string };

/** One change within a value. */
export interface ValueChange {
  /** JSON pointer into the value; '' is the whole of it. */
  readonly pointer: string;
  /** Absent: there was nothing. */
  readonly before?: unknown;
  /** Absent: there is nothing any more. */
  readonly after?: unknown;
}

/** The documents as they stood behind a position. */
export interface PastDocuments {
  readonly position: number;
  /** Time of the record there; '' at position 0. */
  readonly time: string;
  readonly load: Load;
}

/** What the world looked like then, out of the journal alone. Slow for a long journal: never asked for in the writer's turn. */
export interface History {
  /**
   * The documents whose ids start with one of the prefixes, as they stood then. Only these are folded: what is asked for
   * decides what it costs. Rejects with UNKNOWN_POSITION where the journal does not reach it, TOO_MANY_REQUESTS where too
   * many ask at once.
   */
  stateAt(point: HistoryPoint, prefixes: readonly string[]): Promise<PastDocuments>;
}
