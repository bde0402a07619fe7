import { readCheckpoint } from '../core/checkpoint.js';
import { indexId } from '../core/ids.js';
import type { StartPoint } from '../core/start-point.js';
import type { DocumentStore } from '../ports/documents.js';

/** An index entry is kept for every position that this divides. */
export const INDEX_STEP = 1_000;

/** The nearest place at or before a position from which the journal can be read; undefined: its beginning. */
export async function startNear(store: DocumentStore, position: number): Promise<StartPoint | undefined> {
  const name = await store.current();
  const indexed = Math.floor(position / INDEX_STEP) * INDEX_STEP;
  if (name === undefined || indexed === 0) return undefined;
  const documents = await store.open(name);
  const entry = await documents.get([indexId(indexed)]);
  return readCheckpoint(entry.get(indexId(indexed))?.body);
}
