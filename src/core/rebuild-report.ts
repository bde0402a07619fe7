import type { ComparedDocuments } from './document-difference.js';

/** What a rebuild has done. */
export interface RebuildReport {
  /** The database that was folded. */
  readonly database: string;
  /** The one that was in use when it began; absent: there was none. */
  readonly previous?: string;
  /** The position that the fold began behind: above 0 where it went on with what an earlier rebuild had left. */
  readonly from: number;
  /** The last position that the rebuild folded; the writer goes on from there. */
  readonly position: number;
  /** How the documents in use differed from those folded; absent where there were none. */
  readonly compared?: ComparedDocuments;
  /** The database is the current one now. */
  readonly switched: boolean;
}
