import { measureEmmett, missingEmmett } from '../lib/emmett.mjs';
import { measureOverTheBus } from '../lib/over-the-bus.mjs';
import { missingPostgres, startPostgres } from '../lib/postgres.mjs';

/** The same work on 100 streams, every commit synced on both sides, against Emmett on PostgreSQL. */
export const row = {
  title: 'the same work on 100 streams, synced on both sides, embedded',
  against: 'Emmett on PostgreSQL',
  sides: ['stageline', 'emmett'],
  cases: [
    {
      name: '64 in flight',
      params: { inFlight: 64, warmUpMs: 2_000, measureMs: 8_000 },
      figures: [{ name: 'commands/s', field: 'rate', ratio: { atLeast: 5 } }],
    },
    {
      name: 'alone',
      params: { inFlight: 1, warmUpMs: 1_000, measureMs: 5_000 },
      figures: [{ name: 'commands/s', field: 'rate', ratio: { atLeast: 1 } }],
    },
  ],
  missing: () => missingEmmett() ?? missingPostgres(),
  async measure(side, params) {
    if (side === 'stageline') return measureOverTheBus(side, params);
    const postgres = await startPostgres();
    try {
      return { ...(await measureEmmett({ url: postgres.url, ...params })), version: postgres.version };
    } finally {
      await postgres.close();
    }
  },
};
