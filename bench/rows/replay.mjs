import { copyOf, historyOf } from '../lib/history.mjs';
import { measureReplay } from '../lib/replay.mjs';
import { scratch } from '../lib/scratch.mjs';

/** Replay with the fold, documents in memory, against reading, parsing and hashing the same journal. */
export const row = {
  title: 'replay (fold included, documents in memory)',
  against: 'reading, parsing and hashing the same journal',
  sides: ['replay', 'read, parse, hash'],
  cases: [{ name: '100,000 records', params: { records: 100_000 }, quick: { records: 20_000 } }],
  figures: [{ name: 'records/s', field: 'rate', ratio: { atLeast: 0.8 } }],
  prepare: ({ records, progress }) => historyOf({ records, progress }),
  async measure(side, params) {
    const { dir, remove } = scratch();
    try {
      return await measureReplay(side, { ...params, dataDir: copyOf(params.prepared, dir) });
    } finally {
      remove();
    }
  },
};
