import { cancelDeployment } from '../../../src/commands/cancel-deployment.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { resumeDeployment } from '../../../src/commands/resume-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';
import { TOPIC } from '../../support/world.js';

const { given } = scenario(resumeDeployment);
const RELEASE = 'release:default:test:00000001';
/** A source, who reads it, and who reads that: three waves, `sink` first. */
const chain = sent(stageConfigs, {
  configs: [
    functionConfig('a-source', { inputs: ['in'], output: 'raw' }),
    functionConfig('b-enrich', { inputs: ['raw'], output: 'rich' }),
    functionConfig('c-sink', { inputs: ['rich'] }),
  ],
});
const toTest = sent(commitStagedTo('test'), { onFailure: 'stop' });
const outcome = (name: string, ended: 'failed' | 'deployed') =>
  deployed('test', 1, { names: [fn(name)], outcome: ended });
const one = { environment: 'test', release: 1 };

describe('resume-deployment', () => {
  it('lets the next wave of a held release begin', async () => {
    await given(chain, toTest, outcome('c-sink', 'failed'))
      .when({ ...one, note: 'nobody needs it' })
      .thenEvents([
        {
          type: 'wave-started',
          release: 1,
          wave: 1,
          effects: { topic: TOPIC, first: 2 },
          from: 1,
          count: 1,
        },
      ]);
  });

  it('is told, and the release goes on', async () => {
    const { world } = await given(chain, toTest, outcome('c-sink', 'failed'))
      .when(one)
      .thenDocuments({
        [RELEASE]: { state: 'deploying', wave: 1, begun: 2, failedBefore: 1 },
        [`effects:${TOPIC}`]: {
          next: 3,
          pending: [
            { release: 1, first: 1 },
            { release: 1, first: 2, count: 1, from: 1, position: 5 },
          ],
        },
        'environment:test': { open: [{ release: 1 }] },
      });
    // The failure before does not hold it again.
    const events = await world.send(
      cancelDeployment as unknown as AnyCommand,
      { ...one, reason: 'x' },
      { dryRun: true },
    );
    expect(events.result).toMatchObject({ cancelled: 2 });
    await outcome('b-enrich', 'deployed')(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'deploying', wave: 2, begun: 3 });
    await outcome('a-source', 'deployed')(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'partly-failed' });
  });

  it('is needed again where a later wave fails too', async () => {
    const { world } = await given(chain, toTest, outcome('c-sink', 'failed')).when(one).thenAccepted();
    await outcome('b-enrich', 'failed')(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'held', begun: 2 });
    await sent(resumeDeployment, one)(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({
      state: 'deploying',
      begun: 3,
      failedBefore: 2,
    });
  });

  it('rejects with NOT_HELD what goes on by itself, or is finished', async () => {
    await given(chain, toTest).when(one).thenRejects('NOT_HELD');
    await given(chain, toTest, deployed('test', 1)).when(one).thenRejects('NOT_HELD');
    await given(chain, toTest, outcome('c-sink', 'failed'), sent(cancelDeployment, { ...one, reason: 'x' }))
      .when(one)
      .thenRejects('NOT_HELD');
  });

  it('rejects with TARGET_CHANGED where the environment has another target since', async () => {
    const moved = sent(setEnvironments, {
      environments: [{ name: 'test', adminUrl: 'http://new' }, { name: 'prod' }],
    });
    await given(chain, toTest, outcome('c-sink', 'failed'), moved).when(one).thenRejects('TARGET_CHANGED');
    // Not even a wave after which nothing failed begins there; the release can be cancelled.
    const { world } = await given(chain, toTest, moved, outcome('c-sink', 'deployed'))
      .when(one)
      .thenRejects('TARGET_CHANGED');
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'held', begun: 1 });
    await sent(cancelDeployment, { ...one, reason: 'moved' })(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'cancelled' });
  });

  it('rejects with HELD_AFTER_ROLLBACK what a rollback before it has taken out since', async () => {
    const inProd = { environment: 'prod', release: 1 };
    await given(
      sent(stageConfigs, {
        configs: [functionConfig('a-source', { inputs: ['in'], output: 'raw', parallelism: 9 })],
      }),
      sent(commitStagedTo('test'), {}),
      deployed('test', 1),
      chain,
      sent(commitStagedTo('test'), {}),
      deployed('test', 2),
      sent(commitStagedTo('prod'), { onFailure: 'stop' }),
      deployed('prod', 1, { names: [fn('c-sink')], outcome: 'failed' }),
      sent(resumeDeployment, inProd),
      deployed('prod', 1, { names: [fn('b-enrich')], outcome: 'failed' }),
      sent(rollback, { environment: 'test', toRelease: 1 }),
    )
      .when(inProd)
      .thenRejects('HELD_AFTER_ROLLBACK', [fn('a-source')]);
  });

  it('rejects with UNKNOWN_RELEASE what there is none of, of this project', async () => {
    await given().when(one).thenRejects('UNKNOWN_RELEASE');
    await given(chain, toTest, outcome('c-sink', 'failed'))
      .when(one, { project: 'pricing' })
      .thenRejects('UNKNOWN_RELEASE');
  });

  it('leaves what is owed of the wave before to the topic', async () => {
    const { world } = await given(chain, toTest, outcome('c-sink', 'failed')).when(one).thenAccepted();
    await sent(noteEffectsPublished, { topic: TOPIC, through: 1 })(world);
    expect(world.document(`effects:${TOPIC}`, 'effects').pending).toMatchObject([{ first: 2, from: 1 }]);
  });
});
