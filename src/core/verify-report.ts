import type { JournalFault } from './chain/journal-fault.js';
import type { ComparedDocuments } from './document-difference.js';

/** What a verification has found. */
export interface VerifyReport {
  /** Nothing is wrong. */
  readonly clean: boolean;
  /** The last position of the journal. */
  readonly position: number;
  readonly messages: number;
  /** Terms of writers. */
  readonly terms: number;
  /** Messages of records that count for nothing, as the service may leave them. */
  readonly voids: number;
  /** How many things are wrong with the journal. */
  readonly faulty: number;
  /** The first of them. */
  readonly faults: readonly JournalFault[];
  /** The database in use; absent where there is none. */
  readonly database?: string;
  readonly compared?: ComparedDocuments;
  /** Why its documents were not compared. */
  readonly notCompared?: string;
}
