import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { mergeStageSets } from '../../../src/commands/merge-stage-sets.js';
import { rollback } from '../../../src/commands/rollback.js';
import { recordDeployment } from '../../../src/commands/record-deployment.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { skipEffects } from '../../../src/commands/skip-effects.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { hashOf } from '../../../src/core/canonical.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import type { ReleaseCommitted } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { sent, worldOf } from '../../support/scenario.js';
import { TOPIC, type World } from '../../support/world.js';

const FUNCTIONS = 5_000;
const CALL = 1_000;
/** What a record may take in the journal. */
const RECORD_BYTES = 700 * 1024;
const names = Array.from(
  { length: FUNCTIONS },
  (_, index) => `average-price-of-${String(index).padStart(4, '0')}`,
);
const calls = Array.from({ length: FUNCTIONS / CALL }, (_, call) =>
  names.slice(call * CALL, (call + 1) * CALL),
);

const stageAll = (parallelism: number, setOf: (call: number) => string) =>
  calls.map((some, call) =>
    sent(stageConfigs, {
      stageSet: setOf(call),
      configs: some.map((name) => functionConfig(name, { parallelism })),
    }),
  );
const report = (release: number) =>
  calls.map((some) =>
    sent(recordDeployment, {
      environment: 'test',
      release,
      results: some.map((name) => ({
        function: fn(name),
        outcome: 'deployed' as const,
        packageSha256: 'ab'.repeat(32),
      })),
    }),
  );

async function measured(
  world: World,
  command: unknown,
  params: object,
): Promise<{ loads: number; bytes: number; ms: number }> {
  const [loads, begun] = [world.loads, performance.now()];
  const { status } = await world.send(command as AnyCommand, params);
  expect(status).toBe('ok');
  const bytes = Buffer.byteLength(JSON.stringify(world.records.at(-1)));
  return { loads: world.loads - loads, bytes, ms: performance.now() - begun };
}

describe('5,000 functions', () => {
  it('are merged, committed, rolled back, skipped and taken out in a handful of reads and one record each that fits', async () => {
    const world = await worldOf([
      sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }),
      ...stageAll(1, (call) => `part-${call}`),
    ]);
    const toTest = commitStagedTo('test');
    const merge = await measured(world, mergeStageSets, {
      from: calls.map((_, call) => `part-${call}`),
      into: 'main',
    });
    const commit = await measured(world, toTest, {});
    for (const step of [...report(1), ...stageAll(2, () => 'main'), sent(toTest, {}), ...report(2)])
      await step(world);
    const back = await measured(world, rollback, { environment: 'test' });
    const skip = await measured(world, skipEffects, {
      environment: 'test',
      release: 3,
      reason: 'nobody wants it any more',
    });
    const out = await measured(world, unStage, { all: true });
    for (const { bytes, loads, ms } of [merge, commit, back, skip, out]) {
      expect(bytes).toBeLessThan(RECORD_BYTES);
      expect(loads).toBeLessThan(25);
      // Each takes about a second, most of it for the checks against schemas; a quadratic loop would take minutes.
      expect(ms).toBeLessThan(20_000);
    }
    expect(world.document('release:default:test:00000003', 'release')).toMatchObject({
      of: FUNCTIONS,
      toRelease: 1,
      state: 'skipped',
      counts: { skipped: FUNCTIONS },
    });
  }, 120_000);

  it('are skipped in a record that is smaller than that of their commit, however long their names are', async () => {
    const world = await worldOf([sent(setEnvironments, { environments: [{ name: 'test' }] })]);
    const entries = names.map((name): ReleaseCommitted['entries'][number] => [
      fn(`${name}-${'x'.repeat(37)}`),
      hashOf(name),
      -1,
      'function',
    ]);
    world.put({
      type: 'release-committed',
      project: 'default',
      environment: 'test',
      release: 1,
      kind: 'commit',
      target: { kind: 'sandbox', fingerprint: 'sandbox' },
      effects: { topic: TOPIC, first: 1 },
      packages: [],
      entries,
    });
    const commit = Buffer.byteLength(JSON.stringify(world.records.at(-1)));
    expect(commit).toBeGreaterThan(0.95 * RECORD_BYTES);
    expect(commit).toBeLessThan(RECORD_BYTES);
    const reason = 'x'.repeat(1_000);
    const { bytes } = await measured(world, skipEffects, { environment: 'test', release: 1, reason });
    expect(bytes).toBeLessThan(0.7 * commit);
    expect(world.document(`effects:${TOPIC}`, 'effects')).toMatchObject({
      published: FUNCTIONS,
      pending: [],
    });
  }, 60_000);
});
