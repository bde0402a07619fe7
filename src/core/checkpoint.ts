import type { JournalState } from './journal.js';
import type { StartPoint } from './start-point.js';

/** How far a database's documents are, and where a reader of the journal goes on from there. */
export interface Checkpoint extends StartPoint {
  /** The database it was written for: a copied checkpoint is none. */
  readonly database: string;
  /** Which fold made the documents: those of another one are folded anew. */
  readonly fold: number;
}

/** The body of a checkpoint or index document. */
export function checkpointBody(checkpoint: Checkpoint): Record<string, unknown> {
  return {
    kind: 'checkpoint',
    database: checkpoint.database,
    fold: checkpoint.fold,
    startId: checkpoint.startId,
    state: checkpoint.state,
  };
}

/** Reads a checkpoint document; undefined if it is none. */
export function readCheckpoint(body: Readonly<Record<string, unknown>> | undefined): Checkpoint | undefined {
  if (body?.['kind'] !== 'checkpoint') return undefined;
  return {
    database: body['database'] as string,
    fold: Number(body['fold'] ?? 0),
    startId: body['startId'] as string,
    state: body['state'] as JournalState,
  };
}
