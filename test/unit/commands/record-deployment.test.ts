import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { recordDeployment } from '../../../src/commands/record-deployment.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import type { Outcome } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';

const { given } = scenario(recordDeployment);
const stage = (parallelism: number, ...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name, { parallelism })) });
const toTest = sent(commitStagedTo('test'), {});
const toProd = sent(commitStagedTo('prod'), {});
const report = (release: number, outcomes: Readonly<Record<string, Outcome>>, environment = 'test') => ({
  environment,
  release,
  results: Object.entries(outcomes).map(([name, outcome]) => ({ function: fn(name), outcome })),
});
const committed = [stage(1, 'a', 'b', 'c'), toTest];
const DIGEST = '01'.repeat(32);

describe('record-deployment', () => {
  it('records an outcome with the answer of the server', async () => {
    const { events, documents } = await given(...committed)
      .when({
        environment: 'test',
        release: 1,
        results: [
          {
            function: fn('a'),
            outcome: 'deployed',
            answer: { status: 204, reason: '' },
            packageSha256: DIGEST,
            finishedAt: '2026-01-01T00:00:00Z',
          },
        ],
      })
      .thenAccepted({
        environment: 'test',
        target: 'sandbox',
        release: 1,
        recorded: 1,
        ignored: 0,
        state: 'deploying',
      });
    expect(events).toMatchObject([
      {
        type: 'deployment-recorded',
        committed: 3,
        state: 'deploying',
        counts: { deployed: 1, failed: 0 },
        results: [
          { function: fn('a'), outcome: 'deployed', previous: 0, contentHash: expect.any(String) as string },
        ],
      },
    ]);
    expect(documents.get(`deployment:default:test:00000001:${fn('a')}`)).toMatchObject({
      state: 'deployed',
      answer: { status: 204 },
      packageSha256: DIGEST,
      previous: 0,
      finishedAt: '2026-01-01T00:00:00Z',
    });
    expect(documents.get(`function:${fn('a')}`)).toMatchObject({
      environments: { test: { state: 'deployed', succeeded: { release: 1, packageSha256: DIGEST } } },
    });
  });

  it('proves the content on the target', async () => {
    const { world } = await given(...committed)
      .when(report(1, { a: 'unchanged' }))
      .thenAccepted();
    const { contentHash, environments } = {
      ...world.document(`deployment:default:test:00000001:${fn('a')}`, 'deployment'),
      ...world.document(`function:${fn('a')}`, 'function'),
    };
    expect(world.document(`proof:default:${fn('a')}:${contentHash ?? ''}`, 'proof').proven).toEqual({
      test: { position: 4, release: 1, committed: 3, target: environments['test']?.target.fingerprint },
    });
  });

  it.each<[string, Readonly<Record<string, Outcome>>]>([
    ['deploying', { a: 'deployed', b: 'failed' }],
    ['succeeded', { a: 'deployed', b: 'unchanged', c: 'deployed' }],
    ['failed', { a: 'failed', b: 'failed', c: 'failed' }],
    ['failed', { a: 'failed', b: 'superseded', c: 'superseded' }],
    ['partly-failed', { a: 'deployed', b: 'failed', c: 'superseded' }],
    ['superseded', { a: 'superseded', b: 'superseded', c: 'superseded' }],
    ['superseded', { a: 'deployed', b: 'superseded', c: 'deployed' }],
  ])('makes a release %s by %j', async (state, outcomes) => {
    await given(...committed)
      .when(report(1, outcomes))
      .thenDocuments({ 'release:default:test:00000001': { state } });
  });

  it('counts reports that come bit by bit', async () => {
    await given(...committed, sent(recordDeployment, report(1, { a: 'deployed' })))
      .when(report(1, { b: 'deployed', c: 'deployed' }))
      .thenDocuments({ 'release:default:test:00000001': { state: 'succeeded', counts: { deployed: 3 } } });
  });

  describe('a result for a function that has an outcome', () => {
    const finished = [...committed, sent(recordDeployment, report(1, { a: 'deployed', b: 'deployed' }))];

    it('changes nothing', async () => {
      await given(...finished)
        .when(report(1, { a: 'failed', b: 'failed' }))
        .thenEvents([]);
      await given(...finished)
        .when(report(1, { a: 'failed' }))
        .thenAccepted({ recorded: 0, ignored: 1, state: 'deploying' });
    });

    it('does not keep the others out', async () => {
      const { events } = await given(...finished)
        .when(report(1, { a: 'failed', c: 'failed' }))
        .thenAccepted({ recorded: 1, ignored: 1, state: 'partly-failed' });
      expect(events[0]).toHaveProperty('results.length', 1);
    });

    it('is ignored within one report, too', async () => {
      const { events } = await given(...committed)
        .when({
          environment: 'test',
          release: 1,
          results: [
            { function: fn('a'), outcome: 'deployed' },
            { function: fn('a'), outcome: 'failed' },
          ],
        })
        .thenAccepted({ recorded: 1, ignored: 1 });
      expect(events[0]).toMatchObject({ counts: { deployed: 1, failed: 0 } });
    });
  });

  it('refuses an unknown release and a function that is not in it', async () => {
    await given(...committed)
      .when(report(2, { a: 'deployed' }))
      .thenRejects('UNKNOWN_RELEASE');
    await given(...committed)
      .when(report(1, { a: 'deployed' }, 'prod'))
      .thenRejects('UNKNOWN_RELEASE');
    await given(...committed)
      .when(report(1, { a: 'deployed', x: 'deployed' }))
      .thenRejects('UNKNOWN_NAME', [fn('x')]);
  });

  describe('a late success of an older release', () => {
    const late = [...committed, toTest, deployed('test', 2)];

    it('leaves the newest deployment and the newest success as they are', async () => {
      await given(...late)
        .when(report(1, { a: 'deployed' }))
        .thenDocuments({
          [`function:${fn('a')}`]: { environments: { test: { release: 2, succeeded: { release: 2 } } } },
          [`deployment:default:test:00000001:${fn('a')}`]: { state: 'deployed', previous: 0 },
        });
    });

    it('does not make a proof older', async () => {
      const { world } = await given(...late)
        .when(report(1, { a: 'deployed' }))
        .thenAccepted();
      const { contentHash } = world.document(`deployment:default:test:00000001:${fn('a')}`, 'deployment');
      expect(
        world.document(`proof:default:${fn('a')}:${contentHash ?? ''}`, 'proof').proven['test']?.release,
      ).toBe(2);
    });

    it('counts as success while the newer one is not finished', async () => {
      await given(...committed, toTest)
        .when(report(1, { a: 'deployed' }))
        .thenDocuments({
          [`function:${fn('a')}`]: {
            environments: { test: { release: 2, state: 'committed', succeeded: { release: 1 } } },
          },
        });
    });
  });

  it('links successes on one target only', async () => {
    const moved = sent(setEnvironments, {
      environments: [{ name: 'test', adminUrl: 'http://new' }, { name: 'prod' }],
    });
    const { events } = await given(...committed, deployed('test', 1), moved, stage(1, 'a'), toTest)
      .when(report(2, { a: 'deployed' }))
      .thenAccepted({ target: 'pulsar' });
    expect(events[0]).toMatchObject({ results: [{ previous: 0 }] });
  });

  it('keeps out of a function that has another project since', async () => {
    const pricing = { project: 'pricing' };
    const stale = [
      stage(1, 'a'),
      toTest,
      sent(stageConfigs, { remove: [fn('a')] }),
      toTest,
      deployed('test', 2),
      sent(unStage, { all: true }),
      sent(stageConfigs, { configs: [functionConfig('a')] }, pricing),
    ];
    await given(...stale)
      .when(report(1, { a: 'superseded' }))
      .thenDocuments({ [`function:${fn('a')}`]: { project: 'pricing', environments: {} } });
  });

  it('keeps out of a function that the project has given up and taken anew since', async () => {
    const pricing = { project: 'pricing' };
    const anew = [
      stage(1, 'a'),
      toTest,
      sent(stageConfigs, { remove: [fn('a')] }),
      toTest,
      deployed('test', 2),
      sent(unStage, { all: true }),
      sent(stageConfigs, { configs: [functionConfig('a')] }, pricing),
      sent(unStage, { all: true }, pricing),
      stage(1, 'a'),
      toTest,
    ];
    const { world } = await given(...anew)
      .when(report(1, { a: 'deployed' }))
      .thenDocuments({
        [`function:${fn('a')}`]: { environments: { test: { release: 3, state: 'committed' } } },
      });
    const { environments } = world.document(`function:${fn('a')}`, 'function');
    expect(environments['test']).not.toHaveProperty('succeeded');
  });

  describe('in the last environment', () => {
    const inProd = [stage(1, 'a', 'b'), toTest, deployed('test', 1), toProd];

    it('takes an entry that has arrived out of its set', async () => {
      const { events } = await given(...inProd)
        .when(report(1, { a: 'deployed' }, 'prod'))
        .thenDocuments({
          [`staged:default:main:${fn('a')}`]: undefined,
          [`staged:default:main:${fn('b')}`]: { kind: 'staged' },
          'stage-set:default:main': { state: 'open', counts: { apply: 1, delete: 0 } },
          [`function:${fn('a')}`]: { environments: { prod: { state: 'deployed' } } },
        });
      expect(events[1]).toEqual({
        type: 'configs-unstaged',
        project: 'default',
        stageSet: 'main',
        reason: 'deployed',
        counts: { apply: 1, delete: 0 },
        functions: [fn('a')],
      });
    });

    it.each(['failed', 'superseded'] as const)('leaves what %s', async (outcome) => {
      await given(...inProd)
        .when(report(1, { a: outcome }, 'prod'))
        .thenDocuments({ [`staged:default:main:${fn('a')}`]: { kind: 'staged' } });
    });

    it('leaves what was changed meanwhile, not what was only staged again', async () => {
      await given(...inProd, stage(2, 'a'), stage(1, 'b'))
        .when(report(1, { a: 'deployed', b: 'deployed' }, 'prod'))
        .thenDocuments({
          [`staged:default:main:${fn('a')}`]: { kind: 'staged' },
          [`staged:default:main:${fn('b')}`]: undefined,
        });
    });

    it('takes a deletion out once it is done', async () => {
      await given(
        ...inProd,
        deployed('prod', 1),
        sent(stageConfigs, { remove: [fn('a')] }),
        toTest,
        deployed('test', 2),
        toProd,
      )
        .when(report(2, { a: 'deleted' }, 'prod'))
        .thenDocuments({
          [`staged:default:main:${fn('a')}`]: undefined,
          'stage-set:default:main': { counts: { apply: 0, delete: 0 } },
        });
    });

    it('leaves all where the target has changed since', async () => {
      await given(
        ...inProd,
        sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod', adminUrl: 'http://new' }] }),
      )
        .when(report(1, { a: 'deployed' }, 'prod'))
        .thenDocuments({ [`staged:default:main:${fn('a')}`]: { kind: 'staged' } });
    });
  });

  it('does not take entries out before the last environment', async () => {
    await given(...committed)
      .when(report(1, { a: 'deployed' }))
      .thenDocuments({ [`staged:default:main:${fn('a')}`]: { kind: 'staged' } });
  });
});
