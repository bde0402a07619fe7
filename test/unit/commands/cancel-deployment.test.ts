import { cancelDeployment } from '../../../src/commands/cancel-deployment.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { recordDeployment } from '../../../src/commands/record-deployment.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import type { Outcome } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';
import { TOPIC, type World } from '../../support/world.js';

const { given } = scenario(cancelDeployment);
const RELEASE = 'release:default:test:00000001';
const EFFECTS = `effects:${TOPIC}`;
const deployment = (name: string): string => `deployment:default:test:00000001:${fn(name)}`;
const reason = 'the schema is wrong';
const one = { environment: 'test', release: 1, reason };
/** `a` and `b` write what `z` reads: `z` is the first wave. */
const two = [
  sent(stageConfigs, {
    configs: [
      functionConfig('a', { inputs: ['in'], output: 'raw' }),
      functionConfig('b', { inputs: ['in'], output: 'raw' }),
      functionConfig('z', { inputs: ['raw'] }),
    ],
  }),
  sent(commitStagedTo('test'), { onFailure: 'stop' }),
];
const flat = [
  sent(stageConfigs, { configs: ['a', 'b', 'c'].map((name) => functionConfig(name)) }),
  sent(commitStagedTo('test'), {}),
];
const published = (through: number) => sent(noteEffectsPublished, { topic: TOPIC, through });
const outcome = (name: string, ended: Outcome) => deployed('test', 1, { names: [fn(name)], outcome: ended });
const report = (world: World, name: string, ended: Outcome) =>
  world.send(recordDeployment as unknown as AnyCommand, {
    ...{ environment: 'test', release: 1 },
    results: [{ function: fn(name), outcome: ended }],
  });

describe('cancel-deployment', () => {
  it('cancels waves that have not begun, and what has left and has no outcome', async () => {
    const { events } = await given(...two, published(1))
      .when(one)
      .thenDocuments({
        [EFFECTS]: { next: 2, published: 1, pending: [] },
        [RELEASE]: {
          state: 'cancelled',
          begun: 3,
          counts: { cancelled: 3, deployed: 0 },
          cancelled: { reason, by: 'alice' },
        },
        [deployment('a')]: { state: 'cancelled', wave: 1 },
        [deployment('z')]: { state: 'cancelled', wave: 0 },
        [`function:${fn('z')}`]: { environments: { test: { release: 1, state: 'cancelled' } } },
        'environment:test': { open: [] },
      });
    expect(events).toMatchObject([
      { type: 'deployments-cancelled', numbers: [], functions: [fn('a'), fn('b'), fn('z')], reason },
    ]);
  });

  it('takes from the topic what has not left', async () => {
    await given(...flat, published(1))
      .when(one)
      .thenEvents([{ type: 'deployments-cancelled', numbers: [{ first: 2, through: 3 }] }]);
    await given(...flat, published(1))
      .when(one)
      .thenDocuments({ [EFFECTS]: { next: 4, published: 3, pending: [] } });
  });

  it('ends a release that is held', async () => {
    await given(...two, outcome('z', 'failed'))
      .when(one)
      .thenDocuments({
        [RELEASE]: { state: 'failed', counts: { failed: 1, cancelled: 2 } },
        [deployment('z')]: { state: 'failed' },
      });
  });

  it('leaves outcomes as they are', async () => {
    await given(...flat, outcome('a', 'deployed'))
      .when(one)
      .thenAccepted({ cancelled: 2, of: 3, state: 'cancelled' });
  });

  it('is corrected by a deployer that had begun: its outcome is the truth', async () => {
    const { world } = await given(...flat, published(3))
      .when(one)
      .thenAccepted();
    const { result } = await report(world, 'a', 'deployed');
    expect(result).toMatchObject({ recorded: 1, state: 'cancelled' });
    expect(world.document(RELEASE, 'release').counts).toMatchObject({ deployed: 1, cancelled: 2 });
    expect(world.document(deployment('a'), 'deployment')).toMatchObject({ state: 'deployed' });
    expect(world.document(`function:${fn('a')}`, 'function').environments['test']).toMatchObject({
      ...{ state: 'deployed', succeeded: { release: 1 } },
    });
    await report(world, 'b', 'failed');
    await report(world, 'c', 'deployed');
    const release = world.document(RELEASE, 'release');
    expect(release).toMatchObject({ state: 'partly-failed', counts: { deployed: 2, failed: 1 } });
    expect(release.counts).not.toHaveProperty('cancelled');
    expect((await report(world, 'a', 'failed')).result).toMatchObject({ recorded: 0, ignored: 1 });
  });

  it('is not corrected by a deployer that found itself overtaken: it has done nothing', async () => {
    const { world } = await given(...flat)
      .when(one)
      .thenAccepted();
    expect((await report(world, 'a', 'superseded')).result).toMatchObject({
      recorded: 0,
      state: 'cancelled',
    });
  });

  it('proves nothing', async () => {
    const { documents } = await given(...flat)
      .when(one)
      .thenAccepted();
    expect([...documents.values()].filter(({ kind }) => kind === 'proof')).toEqual([]);
  });

  it('rejects with RELEASE_FINISHED where nothing waits', async () => {
    await given(...flat, deployed('test', 1))
      .when(one)
      .thenRejects('RELEASE_FINISHED');
    await given(...flat, sent(cancelDeployment, one))
      .when(one)
      .thenRejects('RELEASE_FINISHED');
  });

  it('rejects with UNKNOWN_RELEASE what there is none of, of this project', async () => {
    await given().when(one).thenRejects('UNKNOWN_RELEASE');
    await given(...flat)
      .when(one, { project: 'pricing' })
      .thenRejects('UNKNOWN_RELEASE');
  });

  it('wants a reason', async () => {
    await given(...flat)
      .when({ ...one, reason: '' })
      .thenInvalid({ '/params/reason': 'INVALID_COMMAND' });
  });
});
