import fc from 'fast-check';
import { hashOf } from '../../src/core/canonical.js';
import { fn } from './configs.js';

/* What random events are made of: small sets of names, so that things meet. `constructor` is a valid name and a trap. */

export const project = fc.constantFrom('default', 'pricing');
export const stageSet = fc.constantFrom('main', 'other', 'constructor');
export const environment = fc.constantFrom('test', 'prod', 'constructor');
export const name = fc.constantFrom('a', 'b', 'constructor').map(fn);
export const names = fc.uniqueArray(name);
export const hash = fc.constantFrom(1, 2, 3).map(hashOf);
export const contentHash = fc.option(hash);
export const workload = fc.constantFrom('function' as const, 'source' as const, 'sink' as const);
export const counts = fc.record({ apply: fc.nat(9), delete: fc.nat(9) });
export const bases = fc.dictionary(environment, fc.nat(5));
export const release = fc.integer({ min: 1, max: 4 });
export const target = fc.record({
  kind: fc.constantFrom('pulsar' as const, 'sandbox' as const),
  fingerprint: fc.constantFrom('x', 'y'),
});
export const outcome = fc.constantFrom(
  'deployed' as const,
  'unchanged' as const,
  'deleted' as const,
  'failed' as const,
  'superseded' as const,
);
export const position = fc.integer({ min: 1, max: 30 });

export const releaseState = fc.constantFrom(
  'deploying' as const,
  'succeeded' as const,
  'partly-failed' as const,
  'failed' as const,
  'superseded' as const,
  'skipped' as const,
);
export const outcomeCounts = fc.record(
  {
    deployed: fc.nat(9),
    unchanged: fc.nat(9),
    deleted: fc.nat(9),
    failed: fc.nat(9),
    superseded: fc.nat(9),
    skipped: fc.nat(9),
  },
  { requiredKeys: ['deployed', 'unchanged', 'deleted', 'failed', 'superseded'] },
);
