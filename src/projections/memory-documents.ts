import type { JournalRecord } from '../core/types.js';
import { foldRecord, type Versioned } from './fold.js';

/** Every document in memory, as of the last record folded. */
export interface MemoryDocuments {
  /** The last position folded; 0 before the first. */
  readonly position: number;
  /** Folds the next record; returns what it changed. One that was folded already changes nothing. */
  fold(record: JournalRecord): ReadonlyMap<string, Versioned>;
  /** A document with its position, also a deleted one; `undefined` where there never was one. */
  get(id: string): Versioned | undefined;
  /** All of them, in no order. */
  entries(): IterableIterator<[string, Versioned]>;
}

/** Folds records into memory: what the documents are if nothing but the journal is believed. */
export function createMemoryDocuments(): MemoryDocuments {
  const documents = new Map<string, Versioned>();
  let position = 0;
  return {
    get position() {
      return position;
    },
    fold(record) {
      const changed = foldRecord(record, documents);
      for (const [id, version] of changed) documents.set(id, version);
      position = Math.max(position, record.position);
      return changed;
    },
    get: (id) => documents.get(id),
    entries: () => documents.entries(),
  };
}
