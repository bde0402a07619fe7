import type { JournalRecord } from '../core/types.js';
import { foldInto, type FoldTarget, type Versioned } from './fold.js';

/** Every document in memory, as of the last record folded. */
export interface MemoryDocuments {
  /** The last position folded; 0 before the first. */
  readonly position: number;
  /** Folds the next record; one that was folded already changes nothing. */
  fold(record: JournalRecord): void;
  /** A document with its position, also a deleted one; `undefined` where there never was one. */
  get(id: string): Versioned | undefined;
  /** All of them, in no order. */
  entries(): IterableIterator<[string, Versioned]>;
}

export interface MemoryDocumentsOptions {
  /** Only these ids are folded; each document is folded out of its own events alone. @defaultValue all */
  readonly wanted?: (id: string) => boolean;
  /** Goes on from these documents, which stay as they are. */
  readonly from?: Pick<MemoryDocuments, 'position' | 'entries'>;
}

/** A document that no record is behind: the fold leaves it out. */
const LEFT_OUT: Versioned = { position: Infinity, document: undefined };

/** Folds records into memory: what the documents are if nothing but the journal is believed. */
export function createMemoryDocuments({ wanted, from }: MemoryDocumentsOptions = {}): MemoryDocuments {
  const documents = new Map<string, Versioned>(from?.entries());
  const target: FoldTarget =
    wanted === undefined
      ? documents
      : {
          get: (id) => (wanted(id) ? documents.get(id) : LEFT_OUT),
          set: (id, version) => documents.set(id, version),
        };
  let position = from?.position ?? 0;
  return {
    get position() {
      return position;
    },
    fold(record) {
      if (record.position <= position) return;
      foldInto(record, target);
      ({ position } = record);
    },
    get: (id) => documents.get(id),
    entries: () => documents.entries(),
  };
}
