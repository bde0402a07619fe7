import type { History, HistoryPoint } from '../core/history.js';
import { createMemoryDocuments, type MemoryDocuments } from '../projections/memory-documents.js';
import { AppError } from '../errors.js';
import type { JournalSource } from './journal-source.js';

export interface HistoryOptions {
  readonly source: JournalSource;
  readonly signal: AbortSignal;
}

/** Answers what is asked of the past by folding the journal in memory up to there. */
export function createHistory(options: HistoryOptions): History {
  const foldTo = async (point: HistoryPoint): Promise<MemoryDocuments> => {
    const documents = createMemoryDocuments();
    const through = 'position' in point ? point.position : undefined;
    await options.source.read({ through, signal: options.signal }, (item) => {
      if (item.kind !== 'records') return;
      for (const { record } of item.lines)
        if (record.position <= (through ?? Infinity)) documents.fold(record);
    });
    return documents;
  };
  return {
    async stateAt(point, { limit }) {
      const documents = await foldTo(point);
      const all = [...documents.entries()].flatMap(([id, { position, document }]) =>
        document === undefined ? [] : [{ id, position, document }],
      );
      return { position: documents.position, time: '', documents: all.slice(0, limit) };
    },
    changes: () => Promise.reject(new AppError('UNKNOWN_POSITION', 'not asked for yet')),
  };
}
