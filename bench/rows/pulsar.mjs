import { measureOverTheBus } from '../lib/over-the-bus.mjs';
import { missingFor } from '../lib/engines.mjs';

const load = { warmUpMs: 3_000, measureMs: 10_000 };
const onBus = (engine, title) =>
  [64, 512].map((inFlight) => ({
    name: `${title}, ${inFlight} in flight`,
    params: { engine, inFlight, ...load },
  }));

/** The same commands on a real broker, documents over CouchDB's protocol, against the echo on the same broker. */
export const row = {
  title: 'commands answered a second, Pulsar + CouchDB protocol',
  against: 'echo on the same broker',
  sides: ['stageline', 'echo'],
  cases: [...onBus('pulsar-ws', 'WebSocket'), ...onBus('pulsar', 'native')],
  figures: [{ name: 'commands/s', field: 'rate', ratio: { atLeast: 0.6 } }],
  missing: ({ engine }) => missingFor(engine),
  measure: measureOverTheBus,
};
