import { measureOverTheBus } from '../lib/over-the-bus.mjs';

/** Commands answered a second on the embedded engines, against an echo over the same bus. */
export const row = {
  title: 'commands answered a second, embedded (1 KB commands, 100 stage sets)',
  against: 'echo over the same bus',
  sides: ['stageline', 'echo'],
  cases: [{ name: '64 in flight', params: { inFlight: 64, warmUpMs: 2_000, measureMs: 8_000 } }],
  figures: [{ name: 'commands/s', field: 'rate', ratio: { atLeast: 0.6 } }],
  measure: measureOverTheBus,
};
