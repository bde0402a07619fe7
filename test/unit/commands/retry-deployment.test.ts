import { cancelDeployment } from '../../../src/commands/cancel-deployment.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { retryDeployment } from '../../../src/commands/retry-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import type { Outcome } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';

const { given } = scenario(retryDeployment);
const stage = (parallelism: number, ...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name, { parallelism })) });
const toTest = sent(commitStagedTo('test'), {});
const outcome = (ended: Outcome, ...names: string[]) =>
  deployed('test', 1, { names: names.map(fn), outcome: ended });
const one = { environment: 'test', release: 1 };
const failed = [stage(1, 'a', 'b', 'c', 'd'), toTest, outcome('failed', 'a'), outcome('degraded', 'b')];

describe('retry-deployment', () => {
  it('makes a release of what failed, with the same contents', async () => {
    const { events, documents } = await given(...failed, outcome('unknown', 'c'), outcome('deployed', 'd'))
      .when({ ...one, note: 'the cluster is back' })
      .thenAccepted({ release: 2, functions: 3, retryOf: 1, left: [] });
    expect(events).toMatchObject([
      {
        ...{ type: 'release-committed', kind: 'retry', release: 2, retryOf: 1 },
        ...{ stageSet: 'main', note: 'the cluster is back', effects: { first: 5 } },
      },
    ]);
    const before = documents.get(`deployment:default:test:00000001:${fn('a')}`);
    const after = documents.get(`deployment:default:test:00000002:${fn('a')}`);
    expect(after).toMatchObject({
      state: 'committed',
      contentHash: (before as { contentHash: string }).contentHash,
    });
    expect(documents.get('release:default:test:00000002')).toMatchObject({
      releaseKind: 'retry',
      retryOf: 1,
    });
  });

  it('leaves out what is under way, and what was cancelled unless it is asked for', async () => {
    await given(...failed)
      .when(one)
      .thenAccepted({ functions: 2 });
    const cancelled = sent(cancelDeployment, { ...one, reason: 'no' });
    await given(...failed, cancelled)
      .when(one)
      .thenAccepted({ functions: 2 });
    await given(...failed, cancelled)
      .when({ ...one, includeCancelled: true })
      .thenAccepted({ functions: 4 });
  });

  it('leaves what a newer release has changed, and names it', async () => {
    await given(...failed, stage(2, 'a'), sent(commitStagedTo('test'), { names: [fn('a')] }))
      .when(one)
      .thenAccepted({ functions: 1, left: [{ name: fn('a'), reason: 'release 2 has changed it since' }] });
  });

  it('proves what it deploys, and lets it leave its stage set in the last environment', async () => {
    const { world } = await given(...failed)
      .when(one)
      .thenAccepted();
    await deployed('test', 2)(world);
    expect(world.document('release:default:test:00000002', 'release').state).toBe('succeeded');
    await sent(commitStagedTo('prod'), { names: [fn('a'), fn('b')] })(world);
    await deployed('prod', 1)(world);
    expect([...world.documents().keys()].filter((id) => id.startsWith('staged:'))).toEqual(
      ['c', 'd'].map((name) => `staged:default:main:${fn(name)}`),
    );
  });

  it('lets a function be created anew where its release did, or where that is asked for', async () => {
    const allowing = sent(commitStagedTo('test'), { allowRecreate: [fn('a')] });
    await given(stage(1, 'a', 'b'), allowing, outcome('failed', 'a', 'b'))
      .when({ ...one, allowRecreate: [fn('b')], onFailure: 'stop' })
      .thenEvents([{ allowRecreate: [fn('a'), fn('b')], onFailure: 'stop' }]);
    await given(...failed)
      .when({ ...one, allowRecreate: [fn('d')] })
      .thenRejects('UNKNOWN_NAME', [fn('d')]);
  });

  it('rejects with NOTHING_TO_RETRY where nothing failed, or nothing of it is still current', async () => {
    await given(stage(1, 'a'), toTest).when(one).thenRejects('NOTHING_TO_RETRY');
    await given(stage(1, 'a'), toTest, outcome('failed', 'a'), sent(retryDeployment, one))
      .when(one)
      .thenRejects('NOTHING_TO_RETRY');
    await given(
      ...failed,
      sent(setEnvironments, { environments: [{ name: 'test', adminUrl: 'http://one' }, { name: 'prod' }] }),
    )
      .when(one)
      .thenRejects('NOTHING_TO_RETRY');
  });

  it('leaves a content that a rollback of the environment before has taken out', async () => {
    const prodFails = [
      ...[stage(1, 'a'), toTest, deployed('test', 1), stage(2, 'a'), toTest, deployed('test', 2)],
      ...[sent(commitStagedTo('prod'), {}), deployed('prod', 1, { outcome: 'failed' })],
    ];
    const prod = { environment: 'prod', release: 1 };
    await given(...prodFails)
      .when(prod)
      .thenAccepted({ functions: 1 });
    await given(...prodFails, sent(rollback, { environment: 'test', toRelease: 1 }))
      .when(prod)
      .thenRejects('NOTHING_TO_RETRY');
  });

  it('rejects with UNKNOWN_RELEASE and UNKNOWN_NAME what there is none of', async () => {
    await given().when(one).thenRejects('UNKNOWN_RELEASE');
    await given(...failed)
      .when(one, { project: 'pricing' })
      .thenRejects('UNKNOWN_RELEASE');
    await given(...failed)
      .when({ ...one, environment: 'nowhere' })
      .thenRejects('UNKNOWN_NAME');
  });
});
