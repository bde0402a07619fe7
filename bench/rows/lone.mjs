import { missingFor } from '../lib/engines.mjs';
import { measureOverTheBus } from '../lib/over-the-bus.mjs';

const alone = { inFlight: 1, warmUpMs: 2_000, measureMs: 6_000 };
const figures = (p50, p99) => [
  { name: 'p50 ms', field: 'p50', ratio: { atMost: p50 } },
  { name: 'p99 ms', field: 'p99', ratio: { atMost: p99 } },
];

/** How long a command takes that is alone, against a lone echo on the same bus. */
export const row = {
  title: 'a lone command',
  against: 'a lone echo on the same bus',
  sides: ['stageline', 'echo'],
  cases: [
    { name: 'embedded', params: { engine: 'embedded', ...alone }, figures: figures(2, 3) },
    {
      name: 'Pulsar (WebSocket) + CouchDB protocol',
      params: { engine: 'pulsar-ws', ...alone },
      figures: figures(3, 5),
    },
    {
      name: 'Pulsar (native) + CouchDB protocol',
      params: { engine: 'pulsar', ...alone },
      figures: figures(3, 5),
    },
  ],
  missing: ({ engine }) => missingFor(engine),
  measure: measureOverTheBus,
};
