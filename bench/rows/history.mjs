import { copyOf, historyOf } from '../lib/history.mjs';
import { measureOverTheBus } from '../lib/over-the-bus.mjs';
import { scratch } from '../lib/scratch.mjs';

const LONG = '1,000,000 records';
const SHORT = '1,000 records';
const records = { [LONG]: 1_000_000, [SHORT]: 1_000 };
const quick = { [LONG]: 100_000, [SHORT]: 1_000 };
/** Functions that both histories know, with contents that neither does. */
const source = { sets: 100, functions: 10, from: 10_000_000 };

/** A command after a long history against one after a short history: what was does not weigh on what comes. */
export const row = {
  title: 'one command at 1,000,000 records of history, embedded',
  against: 'at 1,000 records',
  sides: [LONG, SHORT],
  cases: [
    {
      name: '64 in flight',
      params: { inFlight: 64, warmUpMs: 2_000, measureMs: 8_000, source, records },
      quick: { records: quick },
      figures: [{ name: 'commands/s', field: 'rate', ratio: { atLeast: 1 / 1.2 } }],
    },
    {
      name: 'alone',
      params: { inFlight: 1, warmUpMs: 2_000, measureMs: 6_000, source, records },
      quick: { records: quick },
      figures: [{ name: 'p50 ms', field: 'p50', ratio: { atMost: 1.2 } }],
    },
  ],
  prepare: async (params) => ({
    [SHORT]: await historyOf({ records: params.records[SHORT], progress: params.progress }),
    [LONG]: await historyOf({ records: params.records[LONG], progress: params.progress }),
  }),
  async measure(side, params) {
    const { dir, remove } = scratch();
    try {
      return await measureOverTheBus('stageline', { ...params, dataDir: copyOf(params.prepared[side], dir) });
    } finally {
      remove();
    }
  },
};
