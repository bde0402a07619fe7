import { row as emmett } from './emmett.mjs';

const load = { inFlight: 64, warmUpMs: 2_000, measureMs: 8_000, source: { order: 'random' } };

/** Commands on streams taken at random, many of them on the same one at once: none may fail for that. */
export const row = {
  ...emmett,
  title: '64 in flight on random streams',
  against: 'Emmett on PostgreSQL, with its retries',
  cases: [
    { name: '100 stage sets', params: load },
    { name: '3 stage sets', params: { ...load, source: { order: 'random', sets: 3 } } },
  ],
  figures: [{ name: 'commands not answered ok', field: 'failed', limit: { atMost: 0 } }],
};
