import type { JournalState } from './journal.js';

/** Where a reader of the journal can begin: behind `startId` the first message holds the record at `position`. */
export interface StartPoint {
  readonly startId: string;
  readonly state: JournalState;
}

/** The `startId` of the topic's very beginning. */
export const EARLIEST = 'earliest';
