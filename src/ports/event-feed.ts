import type { JournalRecord } from '../core/types.js';

export interface FollowOptions {
  /** Records above this position; 0 is the beginning, 'head' whatever comes from now on. */
  readonly from: number | 'head';
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** Live records kept for a slow reader at most; beyond that the stream ends with `{ behind }`. @defaultValue 1000 */
  readonly maxQueued?: number;
}

/** A committed record, or the end of the stream of a reader that was too slow: it may come back from `behind`. */
export type FeedItem = { readonly record: JournalRecord } | { readonly behind: number };

/** Committed records in order, without gap or repeat, history and live alike. */
export interface EventFeed {
  /** The last committed position known here. */
  head(): number;
  follow(options: FollowOptions): AsyncIterable<FeedItem>;
  /** Calls back with the records that follow the head, as they come, until the returned function is called. */
  watch(listener: (records: readonly JournalRecord[]) => void): () => void;
}
