import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { mergeStageSets } from '../../../src/commands/merge-stage-sets.js';
import { rollback } from '../../../src/commands/rollback.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { shortDigest } from '../../../src/core/package-digest.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';
import { TOPIC } from '../../support/world.js';

const toTest = commitStagedTo('test');
const toProd = commitStagedTo('prod');
const test = scenario(toTest);
const prod = scenario(toProd);
const stage = (parallelism: number, ...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name, { parallelism })) });
const remove = (...names: string[]) => sent(stageConfigs, { remove: names.map(fn) });
const DIGEST = 'ab'.repeat(32);

/** Content 1, then content 2, in test and prod; then prod is rolled back to content 1. */
const rolledBackProd = [
  stage(1, 'a'),
  sent(toTest, {}),
  deployed('test', 1),
  sent(toProd, {}),
  deployed('prod', 1),
  stage(2, 'a'),
  sent(toTest, {}),
  deployed('test', 2),
  sent(toProd, {}),
  deployed('prod', 2),
  sent(rollback, { environment: 'prod' }),
];

describe('commit-staged-to-<environment>', () => {
  it('makes the next release, its deployments sorted by name, its effects numbered', async () => {
    const { events, documents } = await test
      .given(stage(1, 'b', 'a'), sent(stageConfigs, { stageSet: 'other', configs: [functionConfig('c')] }))
      .when({ note: 'go' })
      .thenAccepted({
        environment: 'test',
        target: 'sandbox',
        release: 1,
        functions: 2,
        document: 'release:default:test:00000001',
        stageSet: 'main',
      });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'release-committed',
      kind: 'commit',
      stageSet: 'main',
      note: 'go',
      target: { kind: 'sandbox' },
      effects: { topic: TOPIC, first: 1 },
      packages: [],
      entries: [
        [fn('a'), expect.any(String), -1, 'function'],
        [fn('b'), expect.any(String), -1, 'function'],
      ],
    });
    expect(documents.get('release:default:test:00000001')).toMatchObject({
      state: 'committed',
      of: 2,
      committedBy: 'alice',
      committedPosition: 4,
      target: { kind: 'sandbox' },
    });
    expect(documents.get(`deployment:default:test:00000001:${fn('b')}`)).toMatchObject({
      index: 1,
      of: 2,
      operation: 'apply',
      state: 'committed',
      target: 'sandbox',
    });
    expect(documents.get(`effects:${TOPIC}`)).toMatchObject({
      next: 3,
      published: 0,
      pending: [{ release: 1, position: 4, first: 1, count: 2 }],
    });
    expect(documents.get('project:default')).toMatchObject({ releases: { test: 1 } });
  });

  it('numbers on, and leaves the entries in the set', async () => {
    await test
      .given(stage(1, 'a', 'b'), sent(toTest, {}))
      .when({})
      .thenDocuments({
        'release:default:test:00000002': { state: 'committed' },
        [`effects:${TOPIC}`]: { next: 5, pending: [{ first: 1 }, { first: 3 }] },
        'stage-set:default:main': { counts: { apply: 2, delete: 0 } },
        [`function:${fn('a')}`]: { environments: { test: { release: 2, state: 'committed' } } },
      });
  });

  it('numbers the releases of projects and environments apart and their effects together', async () => {
    const pricing = { project: 'pricing' };
    const { events } = await test
      .given(
        sent(stageConfigs, { configs: [functionConfig('p')] }, pricing),
        sent(toTest, {}, pricing),
        stage(1, 'a'),
      )
      .when({})
      .thenAccepted({ release: 1 });
    expect(events[0]).toMatchObject({ effects: { first: 2 } });
  });

  it('takes the named entries only', async () => {
    await test
      .given(stage(1, 'a', 'b'))
      .when({ names: [fn('b')] })
      .thenAccepted({ functions: 1 });
  });

  it('refuses names that are not staged', async () => {
    await test
      .given(stage(1, 'a'))
      .when({ names: [fn('b'), fn('a'), fn('c')] })
      .thenRejects('UNKNOWN_NAME', [fn('b'), fn('c')]);
  });

  it('refuses an empty set, whether it is unknown, emptied or merged', async () => {
    await test.given().when({}).thenRejects('STAGE_SET_EMPTY');
    await test
      .given(stage(1, 'a'), sent(unStage, { all: true }))
      .when({})
      .thenRejects('STAGE_SET_EMPTY');
    const { problem } = await test
      .given(stage(1, 'a'), sent(mergeStageSets, { from: ['main'], into: 'all' }))
      .when({ names: [fn('a')] })
      .thenRejects('STAGE_SET_EMPTY');
    expect(problem?.detail).toContain('merged into "all"');
  });

  it('refuses an environment that is not in force', async () => {
    await scenario(commitStagedTo('staging')).given(stage(1, 'a')).when({}).thenRejects('UNKNOWN_NAME');
  });

  it('points a refusal at the name that was asked for, or else at the set', async () => {
    const toProd = scenario(commitStagedTo('prod'));
    const byName = await toProd
      .given(stage(1, 'a', 'b'))
      .when({ names: [fn('b')] })
      .thenRejects('NOT_PROVEN_IN_TEST');
    expect(byName.problem?.errors).toMatchObject([{ pointer: '/params/names/0', name: fn('b') }]);
    const bySet = await toProd.given(stage(1, 'a')).when({}).thenRejects('NOT_PROVEN_IN_TEST');
    expect(bySet.problem?.errors).toMatchObject([{ pointer: '/params/stageSet', name: fn('a') }]);
  });

  describe('STALE_BASE', () => {
    const other = (parallelism: number) =>
      sent(stageConfigs, { stageSet: 'other', configs: [functionConfig('a', { parallelism })] });
    const changedMeanwhile = [stage(1, 'a', 'b'), other(2), sent(toTest, { stageSet: 'other' })];

    it('refuses where another release has changed the function since it was staged', async () => {
      const { problem } = await test
        .given(...changedMeanwhile)
        .when({})
        .thenRejects('STALE_BASE', [fn('a')]);
      expect(problem?.errors?.[0]?.detail).toContain('release 1 changed it in test');
    });

    it('lets it through where the environment holds the content already', async () => {
      await test
        .given(stage(1, 'a'), other(1), sent(toTest, { stageSet: 'other' }))
        .when({})
        .thenAccepted({ release: 2 });
    });

    it('and after the set itself was committed', async () => {
      await test
        .given(stage(1, 'a'), sent(toTest, {}), deployed('test', 1, { outcome: 'failed' }))
        .when({})
        .thenAccepted();
    });

    it('is lifted by force, and by staging again', async () => {
      await test
        .given(...changedMeanwhile)
        .when({ force: true })
        .thenAccepted();
      await test
        .given(...changedMeanwhile, stage(1, 'a'))
        .when({})
        .thenAccepted();
    });

    it('counts a deletion as a change', async () => {
      await test
        .given(
          stage(1, 'a'),
          sent(stageConfigs, { stageSet: 'other', remove: [fn('a')] }),
          sent(toTest, { stageSet: 'other' }),
        )
        .when({})
        .thenRejects('STALE_BASE', [fn('a')]);
    });

    it('does not count releases to another target', async () => {
      await test
        .given(
          ...changedMeanwhile,
          sent(setEnvironments, {
            environments: [{ name: 'test', adminUrl: 'http://new:8080' }, { name: 'prod' }],
          }),
        )
        .when({})
        .thenAccepted();
    });

    it('looks at the environment that is committed to, not at others', async () => {
      await prod
        .given(
          stage(1, 'a'),
          sent(toTest, {}),
          deployed('test', 1),
          other(2),
          sent(toTest, { stageSet: 'other' }),
        )
        .when({})
        .thenAccepted();
    });
  });

  describe('NOT_PROVEN_IN_<ENVIRONMENT BEFORE>', () => {
    it('refuses what was never deployed there, by name', async () => {
      await prod
        .given(stage(1, 'a', 'b'))
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST', [fn('a'), fn('b')]);
    });

    it.each(['failed', 'superseded'] as const)('refuses what was %s there', async (outcome) => {
      await prod
        .given(stage(1, 'a'), sent(toTest, {}), deployed('test', 1, { outcome }))
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST');
    });

    it('refuses what is still being deployed there, and other content than was proven', async () => {
      await prod.given(stage(1, 'a'), sent(toTest, {})).when({}).thenRejects('NOT_PROVEN_IN_TEST');
      await prod
        .given(stage(1, 'a'), sent(toTest, {}), deployed('test', 1), stage(2, 'a'))
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST');
    });

    it.each(['deployed', 'unchanged'] as const)('lets through what was %s there', async (outcome) => {
      await prod
        .given(stage(1, 'a'), sent(toTest, {}), deployed('test', 1, { outcome }))
        .when({})
        .thenAccepted();
    });

    it('is not lifted by force', async () => {
      await prod.given(stage(1, 'a')).when({ force: true }).thenRejects('NOT_PROVEN_IN_TEST');
    });

    it('names the environment before in a longer chain', async () => {
      const environments = [{ name: 'dev' }, { name: 'pre-prod' }, { name: 'prod' }];
      await scenario(toProd, { environments })
        .given(stage(1, 'a'), sent(commitStagedTo('dev'), {}), deployed('dev', 1))
        .when({})
        .thenRejects('NOT_PROVEN_IN_PRE_PROD', [fn('a')]);
    });

    it('does not take a success on another target', async () => {
      const moved = [{ name: 'test', adminUrl: 'http://new:8080' }, { name: 'prod' }];
      await prod
        .given(
          stage(1, 'a'),
          sent(toTest, {}),
          deployed('test', 1),
          sent(setEnvironments, { environments: moved }),
        )
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST');
    });

    it('does not take a success on the sandbox for a real cluster', async () => {
      const environments = [{ name: 'test' }, { name: 'prod', adminUrl: 'http://prod:8080' }];
      const { problem } = await scenario(toProd, { environments })
        .given(stage(1, 'a'), sent(toTest, {}), deployed('test', 1))
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST', [fn('a')]);
      expect(problem?.errors?.[0]?.detail).toContain('sandbox');
    });

    it('requires the package that was proven', async () => {
      const { events, documents } = await prod
        .given(stage(1, 'a', 'b'), sent(toTest, {}), deployed('test', 1, { packageSha256: DIGEST }))
        .when({})
        .thenAccepted();
      expect(events[0]).toMatchObject({
        packages: [shortDigest(DIGEST)],
        entries: [
          [fn('a'), expect.any(String), 0, 'function'],
          [fn('b'), expect.any(String), 0, 'function'],
        ],
      });
      expect(documents.get(`deployment:default:prod:00000001:${fn('a')}`)).toMatchObject({
        requiredPackage: DIGEST,
      });
    });

    describe('for a deletion', () => {
      const inBoth = [
        stage(1, 'a'),
        sent(toTest, {}),
        deployed('test', 1),
        sent(toProd, {}),
        deployed('prod', 1),
      ];

      it('asks for the deletion there first', async () => {
        await prod
          .given(...inBoth, remove('a'))
          .when({})
          .thenRejects('NOT_PROVEN_IN_TEST', [fn('a')]);
        await prod
          .given(...inBoth, remove('a'), sent(toTest, {}))
          .when({})
          .thenRejects('NOT_PROVEN_IN_TEST');
        await prod
          .given(...inBoth, remove('a'), sent(toTest, {}), deployed('test', 2))
          .when({})
          .thenAccepted();
      });

      it('asks for nothing where the environment before never had it', async () => {
        const moved = [{ name: 'test', adminUrl: 'http://new:8080' }, { name: 'prod' }];
        await prod
          .given(...inBoth, sent(setEnvironments, { environments: moved }), remove('a'))
          .when({})
          .thenAccepted({ functions: 1 });
      });
    });
  });

  describe('HELD_AFTER_ROLLBACK', () => {
    it('holds what a rollback took out, force or not', async () => {
      const restaged = [...rolledBackProd, stage(2, 'a')];
      const { problem } = await prod
        .given(...restaged)
        .when({ force: true })
        .thenRejects('HELD_AFTER_ROLLBACK', [fn('a')]);
      expect(problem?.errors?.[0]?.detail).toContain('prove it in test again');
    });

    it('lets it through once it is staged and proven again', async () => {
      await prod
        .given(
          ...rolledBackProd,
          stage(2, 'a'),
          sent(toTest, {}),
          deployed('test', 3, { outcome: 'unchanged' }),
        )
        .when({})
        .thenAccepted({ release: 4 });
    });

    it('still holds it where it was proven again and not staged again', async () => {
      const twoSets = [
        sent(stageConfigs, { stageSet: 'old', configs: [functionConfig('a', { parallelism: 2 })] }),
        ...rolledBackProd,
        stage(2, 'a'),
        sent(toTest, {}),
        deployed('test', 3),
      ];
      await prod
        .given(...twoSets)
        .when({ stageSet: 'old', force: true })
        .thenRejects('HELD_AFTER_ROLLBACK');
    });

    it('leaves the environment before alone', async () => {
      await test
        .given(...rolledBackProd, stage(2, 'a'))
        .when({})
        .thenAccepted();
    });

    const rolledBackTest = [
      stage(1, 'a'),
      sent(toTest, {}),
      deployed('test', 1),
      stage(2, 'a'),
      sent(toTest, {}),
      deployed('test', 2),
      sent(rollback, { environment: 'test' }),
      deployed('test', 3),
    ];

    it('holds in the environment itself and in those after it', async () => {
      await test
        .given(...rolledBackTest)
        .when({ force: true })
        .thenRejects('HELD_AFTER_ROLLBACK', [fn('a')]);
      await prod
        .given(...rolledBackTest)
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST');
      await test
        .given(...rolledBackTest, stage(2, 'a'))
        .when({})
        .thenAccepted();
    });

    it('holds further on until it is proven by a release after the rollback', async () => {
      await prod
        .given(...rolledBackTest, stage(2, 'a'))
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST');
      await prod
        .given(...rolledBackTest, stage(2, 'a'), sent(toTest, {}), deployed('test', 4))
        .when({})
        .thenAccepted();
    });

    it('holds further on what was proven again and not staged again', async () => {
      const old = sent(stageConfigs, { stageSet: 'old', configs: [functionConfig('a', { parallelism: 2 })] });
      await prod
        .given(old, ...rolledBackTest, stage(2, 'a'), sent(toTest, {}), deployed('test', 4))
        .when({ stageSet: 'old' })
        .thenRejects('HELD_AFTER_ROLLBACK', [fn('a')]);
    });

    it('does not take a late success of a release before the rollback', async () => {
      const late = [
        stage(1, 'a'),
        sent(toTest, {}),
        deployed('test', 1),
        stage(2, 'a'),
        sent(toTest, {}),
        sent(rollback, { environment: 'test', toRelease: 1 }),
        deployed('test', 2),
        stage(2, 'a'),
      ];
      await prod
        .given(...late)
        .when({})
        .thenRejects('NOT_PROVEN_IN_TEST');
    });

    it('does not hold the content that the rollback put back', async () => {
      await test
        .given(...rolledBackTest, stage(1, 'a'))
        .when({})
        .thenAccepted();
      await prod
        .given(...rolledBackTest, stage(1, 'a'))
        .when({})
        .thenAccepted();
    });
  });

  it('reports every refusal, ordered by code', async () => {
    const { problem } = await prod
      .given(stage(1, 'a', 'b'))
      .when({ names: [fn('a'), fn('x'), fn('b')] })
      .thenRejects('UNKNOWN_NAME', [fn('x')]);
    expect(problem?.errors?.map(({ code, name }) => [code, name])).toEqual([
      ['UNKNOWN_NAME', fn('x')],
      ['NOT_PROVEN_IN_TEST', fn('a')],
      ['NOT_PROVEN_IN_TEST', fn('b')],
    ]);
  });

  it('forgets proofs when a function changes hands', async () => {
    const pricing = { project: 'pricing' };
    const config = { configs: [functionConfig('a', { parallelism: 1 })] };
    const gone = (project: string, release: number) => [
      sent(stageConfigs, { remove: [fn('a')] }, { project }),
      sent(toTest, {}, { project }),
      deployed('test', release, { project }),
      sent(unStage, { all: true }, { project }),
    ];
    await prod
      .given(
        stage(1, 'a'),
        sent(toTest, {}),
        deployed('test', 1),
        ...gone('default', 2),
        sent(stageConfigs, config, pricing),
        sent(unStage, { all: true }, pricing),
        stage(1, 'a'),
      )
      .when({})
      .thenRejects('NOT_PROVEN_IN_TEST');
  });
});

describe('differences and re-creation at a commit', () => {
  const toProd = scenario(commitStagedTo('prod'));
  const differing = [
    sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] }),
    sent(commitStagedTo('test'), {}),
    deployed('test', 1, { names: [fn('a')], outcome: 'deployed-with-differences' }),
    deployed('test', 1, { names: [fn('b')] }),
  ];

  it('takes a proof whose read-back differed only where it is accepted by name, and says so', async () => {
    const { problem } = await toProd
      .given(...differing)
      .when({})
      .thenRejects('NOT_PROVEN_IN_TEST', [fn('a')]);
    expect(problem?.errors?.[0]?.detail).toMatch(/read-back differs .*acceptDifferences/);
    await toProd
      .given(...differing)
      .when({ acceptDifferences: [fn('b')] })
      .thenRejects('NOT_PROVEN_IN_TEST', [fn('a')]);
    await toProd
      .given(...differing)
      .when({ acceptDifferences: [fn('a')] })
      .thenDocuments({ 'release:default:prod:00000001': { acceptDifferences: [fn('a')] } });
  });

  it('takes it without a word once it was deployed as it was asked', async () => {
    await toProd
      .given(...differing, sent(commitStagedTo('test'), {}), deployed('test', 2))
      .when({})
      .thenAccepted({ functions: 2 });
  });

  it('rejects with UNKNOWN_NAME what is allowed for functions that it does not commit', async () => {
    await toProd
      .given(...differing)
      .when({ names: [fn('b')], acceptDifferences: [fn('a')], allowRecreate: [fn('c')] })
      .thenRejects('UNKNOWN_NAME', [fn('c'), fn('a')]);
  });
});
