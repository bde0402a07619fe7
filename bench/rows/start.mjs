import { copyOf, historyOf } from '../lib/history.mjs';
import { scratch } from '../lib/scratch.mjs';
import { startService } from '../lib/service.mjs';

const LONG = '1,000,000 records';
const SHORT = '1,000 records';

/** From the start of the process until `/readyz` is green, after a clean stop. */
export const row = {
  title: 'start-up after a clean stop at 1,000,000 records, embedded',
  against: 'at 1,000 records',
  sides: [LONG, SHORT],
  cases: [
    {
      name: 'until /readyz is green',
      params: { records: { [LONG]: 1_000_000, [SHORT]: 1_000 } },
      quick: { records: { [LONG]: 100_000, [SHORT]: 1_000 } },
    },
  ],
  figures: [{ name: 'ms', field: 'readyMs', ratio: { atMost: 2 } }],
  prepare: async ({ records, progress }) => ({
    [SHORT]: await historyOf({ records: records[SHORT], progress }),
    [LONG]: await historyOf({ records: records[LONG], progress }),
  }),
  async measure(side, { prepared }) {
    const { dir, remove } = scratch();
    try {
      copyOf(prepared[side], dir);
      // The first start takes over what the generator left; the clean stop is the service's own.
      const first = await startService(dir);
      await first.stop();
      const second = await startService(dir);
      const { readyMs } = second;
      await second.stop();
      return { readyMs, firstReadyMs: first.readyMs };
    } finally {
      remove();
    }
  },
};
