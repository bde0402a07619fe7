import fc from 'fast-check';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { recordDeployment } from '../../../src/commands/record-deployment.js';
import { resumeDeployment } from '../../../src/commands/resume-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import { shortDigest } from '../../../src/core/package-digest.js';
import type { FunctionDocument, JournalEvent, ReleaseCommitted } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import {
  deployed,
  scenario,
  sent,
  worldOf,
  type Deployed,
  type Happened,
  type Step,
} from '../../support/scenario.js';

const { given } = scenario(rollback);
const stage = (parallelism: number, ...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name, { parallelism })) });
const remove = (...names: string[]) => sent(stageConfigs, { remove: names.map(fn) });
const commit = sent(commitStagedTo('test'), {});
const ABC = 'abc'.repeat(21) + 'd';
const DEF = 'def'.repeat(21) + 'a';

/** Stages, commits to test and reports. */
const release = (number: number, staged: Step, report: Deployed = {}): Step[] => [
  staged,
  commit,
  deployed('test', number, report),
  sent(unStage, { all: true }),
];

/** a with content 1, then with content 2. */
const two = [...release(1, stage(1, 'a')), ...release(2, stage(2, 'a'))];

function entriesOf(events: readonly JournalEvent[]): Record<string, string | null> {
  return Object.fromEntries((events[0] as ReleaseCommitted).entries.map(([name, hash]) => [name, hash]));
}

/** The content hash that a release gave to a function. */
function contentOf({ world }: Happened, number: number, name = fn('a')): string | null {
  return world.document(`deployment:default:test:${String(number).padStart(8, '0')}:${name}`, 'deployment')
    .contentHash;
}

describe('rollback', () => {
  it('returns to the succeeded release before the newest, as a new release', async () => {
    const happened = await given(...two)
      .when({ environment: 'test', note: 'oops' })
      .thenAccepted({
        environment: 'test',
        target: 'sandbox',
        release: 3,
        toRelease: 1,
        functions: 1,
        left: [],
        document: 'release:default:test:00000003',
      });
    expect(happened.events).toHaveLength(1);
    expect(happened.events[0]).toMatchObject({
      kind: 'rollback',
      toRelease: 1,
      note: 'oops',
      target: { kind: 'sandbox' },
    });
    expect(happened.events[0]).not.toHaveProperty('stageSet');
    expect(entriesOf(happened.events)).toEqual({ [fn('a')]: contentOf(happened, 1) });
    expect(happened.documents.get('release:default:test:00000003')).toMatchObject({
      releaseKind: 'rollback',
      toRelease: 1,
      state: 'committed',
    });
  });

  it("does so whatever the newest's state, and passes over releases that did not succeed", async () => {
    await given(...two, stage(3, 'a'), commit)
      .when({ environment: 'test' })
      .thenAccepted({ toRelease: 2 });
    await given(...two, ...release(3, stage(3, 'a'), { outcome: 'failed' }), stage(4, 'a'), commit)
      .when({ environment: 'test' })
      .thenAccepted({ toRelease: 2, release: 5 });
  });

  it('finds a succeeded release far back', async () => {
    const failures = Array.from({ length: 25 }, (_, index) =>
      release(index + 2, stage(index + 2, 'a'), { outcome: 'failed' }),
    ).flat();
    await given(...release(1, stage(1, 'a')), ...failures)
      .when({ environment: 'test' })
      .thenAccepted({ toRelease: 1, release: 27 });
  });

  it('walks the chain of successes back to any release', async () => {
    const steps = [1, 2, 3, 4].flatMap((number) => release(number, stage(number, 'a')));
    const happened = await given(...steps)
      .when({ environment: 'test', toRelease: 2 })
      .thenAccepted();
    expect(entriesOf(happened.events)).toEqual({ [fn('a')]: contentOf(happened, 2) });
    expect(
      happened.world.document(`deployment:default:test:00000004:${fn('a')}`, 'deployment').previous,
    ).toBe(3);
  });

  it('takes what was last deployed with success, not what the release asked for', async () => {
    const happened = await given(
      ...release(1, stage(1, 'a')),
      ...release(2, stage(2, 'a', 'b'), { outcome: 'failed' }),
      ...release(3, stage(3, 'a', 'b')),
    )
      .when({ environment: 'test', toRelease: 2, prune: true })
      .thenAccepted();
    expect(entriesOf(happened.events)).toEqual({ [fn('a')]: contentOf(happened, 1), [fn('b')]: null });
  });

  it('touches only functions that differ', async () => {
    const happened = await given(
      ...release(1, stage(1, 'a', 'b', 'c')),
      ...release(2, stage(2, 'a', 'b')),
      ...release(3, stage(1, 'b')),
    )
      .when({ environment: 'test', toRelease: 1 })
      .thenAccepted({ functions: 1 });
    expect(Object.keys(entriesOf(happened.events))).toEqual([fn('a')]);
  });

  it('puts a function back whose newest deployment did not succeed, although its content is the same', async () => {
    await given(...release(1, stage(1, 'a')), stage(1, 'a'), commit)
      .when({ environment: 'test', toRelease: 1 })
      .thenAccepted({ functions: 1 });
    await given(...release(1, stage(1, 'a')), ...release(2, stage(1, 'a'), { outcome: 'unchanged' }))
      .when({ environment: 'test' })
      .thenRejects('NOTHING_TO_ROLL_BACK');
  });

  it('requires the package of then, and takes another package for a difference', async () => {
    const { events } = await given(
      ...release(1, stage(1, 'a'), { packageSha256: ABC }),
      ...release(2, stage(1, 'a'), { packageSha256: DEF }),
    )
      .when({ environment: 'test' })
      .thenAccepted();
    expect(events[0]).toMatchObject({
      packages: [shortDigest(ABC)],
      entries: [[fn('a'), expect.any(String), 0, 'function']],
    });
  });

  describe('functions that did not exist then', () => {
    const added = [...release(1, stage(1, 'a')), ...release(2, stage(2, 'a', 'b'))];

    it('are left and listed', async () => {
      const { result } = await given(...added)
        .when({ environment: 'test' })
        .thenAccepted({ functions: 1 });
      expect(result['left']).toEqual([{ name: fn('b'), reason: expect.stringContaining('prune') as string }]);
    });

    it('are deleted with prune', async () => {
      const { events, documents } = await given(...added)
        .when({ environment: 'test', prune: true })
        .thenAccepted({ functions: 2, left: [] });
      expect(entriesOf(events)[fn('b')]).toBeNull();
      expect(documents.get(`deployment:default:test:00000003:${fn('b')}`)).toMatchObject({
        operation: 'delete',
      });
    });

    it('include those that were deleted then', async () => {
      const steps = [
        ...release(1, stage(1, 'a', 'b')),
        ...release(2, remove('b')),
        ...release(3, stage(3, 'b')),
      ];
      await given(...steps)
        .when({ environment: 'test', toRelease: 2 })
        .thenRejects('NOTHING_TO_ROLL_BACK');
      await given(...steps)
        .when({ environment: 'test', toRelease: 2, prune: true })
        .thenAccepted({ functions: 1 });
    });

    it('are no matter where they are gone again', async () => {
      await given(...release(1, stage(1, 'a')), ...release(2, stage(1, 'b')), ...release(3, remove('b')))
        .when({ environment: 'test', toRelease: 1, prune: true })
        .thenRejects('NOTHING_TO_ROLL_BACK');
    });
  });

  it('makes a function again that was deleted since', async () => {
    const happened = await given(...release(1, stage(1, 'a', 'b')), ...release(2, remove('a')))
      .when({ environment: 'test' })
      .thenAccepted({ functions: 1 });
    expect(entriesOf(happened.events)).toEqual({ [fn('a')]: contentOf(happened, 1) });
  });

  describe('to the newest release itself', () => {
    it('puts back what failed in it', async () => {
      const happened = await given(
        ...release(1, stage(1, 'a', 'b')),
        stage(2, 'a', 'b'),
        commit,
        deployed('test', 2, { names: [fn('a')] }),
        deployed('test', 2, { names: [fn('b')], outcome: 'failed' }),
      )
        .when({ environment: 'test', toRelease: 2 })
        .thenAccepted({ functions: 1 });
      expect(entriesOf(happened.events)).toEqual({ [fn('b')]: contentOf(happened, 1, fn('b')) });
    });

    it('has nothing to do where nothing failed', async () => {
      await given(...two)
        .when({ environment: 'test', toRelease: 2 })
        .thenRejects('NOTHING_TO_ROLL_BACK');
    });
  });

  describe('with names', () => {
    const both = [...release(1, stage(1, 'a', 'b')), ...release(2, stage(2, 'a', 'b'))];

    it('takes only those', async () => {
      const { events } = await given(...both)
        .when({ environment: 'test', names: [fn('b')] })
        .thenAccepted();
      expect(Object.keys(entriesOf(events))).toEqual([fn('b')]);
    });

    it('refuses names that were never deployed here', async () => {
      await given(...both, stage(1, 'staged-only'))
        .when({ environment: 'test', names: [fn('b'), fn('nope'), fn('staged-only')] })
        .thenRejects('UNKNOWN_NAME', [fn('nope'), fn('staged-only')]);
    });

    it("refuses another project's", async () => {
      const pricing = { project: 'pricing' };
      await given(
        ...both,
        sent(stageConfigs, { configs: [functionConfig('p')] }, pricing),
        sent(commitStagedTo('test'), {}, pricing),
      )
        .when({ environment: 'test', names: [fn('p')] })
        .thenRejects('OTHER_PROJECT', [fn('p')]);
    });

    it('has nothing to do where they were not changed since', async () => {
      await given(...release(1, stage(1, 'a', 'b')), ...release(2, stage(2, 'a')))
        .when({ environment: 'test', names: [fn('b')] })
        .thenRejects('NOTHING_TO_ROLL_BACK');
    });
  });

  it('leaves functions that belong to another project now', async () => {
    const pricing = { project: 'pricing' };
    const { problem } = await given(
      ...release(1, stage(1, 'a')),
      ...release(2, remove('a')),
      sent(stageConfigs, { configs: [functionConfig('a')] }, pricing),
    )
      .when({ environment: 'test' })
      .thenRejects('NOTHING_TO_ROLL_BACK');
    expect(problem?.errors).toEqual([{ name: fn('a'), detail: 'belongs to project "pricing" now' }]);
  });

  it('refuses where there is no release to return to', async () => {
    await given().when({ environment: 'test' }).thenRejects('NO_EARLIER_RELEASE');
    await given(...release(1, stage(1, 'a')))
      .when({ environment: 'test' })
      .thenRejects('NO_EARLIER_RELEASE');
    await given(...two)
      .when({ environment: 'test', toRelease: 3 })
      .thenRejects('NO_EARLIER_RELEASE');
    await given(...release(1, stage(1, 'a'), { outcome: 'failed' }), stage(2, 'a'), commit)
      .when({ environment: 'test' })
      .thenRejects('NO_EARLIER_RELEASE');
  });

  it('refuses a release on another target, by default too', async () => {
    const moved = sent(setEnvironments, {
      environments: [{ name: 'test', adminUrl: 'http://new' }, { name: 'prod' }],
    });
    await given(...two, moved)
      .when({ environment: 'test', toRelease: 1 })
      .thenRejects('NO_EARLIER_RELEASE');
    await given(...two, moved, stage(3, 'a'), commit)
      .when({ environment: 'test' })
      .thenRejects('NO_EARLIER_RELEASE');
  });

  it('refuses an environment that is not in force', async () => {
    await given(...two)
      .when({ environment: 'staging' })
      .thenRejects('UNKNOWN_NAME', ['staging']);
  });

  describe('holds the contents that it takes out', () => {
    const heldOf = (happened: Happened): FunctionDocument['held'] =>
      happened.world.document(`function:${fn('a')}`, 'function').held;

    it('from its own position on', async () => {
      const happened = await given(...two)
        .when({ environment: 'test' })
        .thenAccepted();
      expect(heldOf(happened)).toEqual({ [contentOf(happened, 2) ?? '']: { test: happened.world.position } });
    });

    it('the newest and, where it is another, the newest success', async () => {
      const happened = await given(...two, ...release(3, stage(3, 'a'), { outcome: 'failed' }))
        .when({ environment: 'test', toRelease: 1 })
        .thenAccepted();
      expect(Object.keys(heldOf(happened)).sort()).toEqual(
        [contentOf(happened, 2), contentOf(happened, 3)].sort(),
      );
    });

    it('but not what it puts back', async () => {
      const happened = await given(
        ...release(1, stage(1, 'a')),
        ...release(2, stage(2, 'a'), { outcome: 'failed' }),
      )
        .when({ environment: 'test' })
        .thenAccepted();
      expect(Object.keys(heldOf(happened))).toEqual([contentOf(happened, 2)]);
    });
  });

  it('is proven by its own deployments as by any other', async () => {
    const { documents, world } = await scenario(recordDeployment)
      .given(...two, sent(rollback, { environment: 'test' }))
      .when({ environment: 'test', release: 3, results: [{ function: fn('a'), outcome: 'deployed' }] })
      .thenAccepted({ state: 'succeeded' });
    const { contentHash } = world.document(`deployment:default:test:00000003:${fn('a')}`, 'deployment');
    expect(documents.get(`proof:default:${fn('a')}:${contentHash ?? ''}`)).toMatchObject({
      proven: { test: { release: 3, position: world.position } },
    });
  });

  it('can be undone by another one', async () => {
    const happened = await given(...two, sent(rollback, { environment: 'test' }), deployed('test', 3))
      .when({ environment: 'test', toRelease: 2 })
      .thenAccepted({ functions: 1 });
    expect(entriesOf(happened.events)).toEqual({ [fn('a')]: contentOf(happened, 2) });
  });
});

describe('a rollback while a later release has waves that have not begun', () => {
  const chain = (parallelism: number): Step =>
    sent(stageConfigs, {
      configs: [
        functionConfig('a', { inputs: ['in'], output: 'raw', parallelism }),
        functionConfig('z', { inputs: ['raw'], parallelism }),
        functionConfig('other', { parallelism }),
      ],
    });
  const held = [
    ...release(1, stage(1, 'a', 'z', 'other')),
    chain(2),
    sent(commitStagedTo('test'), { onFailure: 'stop' }),
    deployed('test', 2, { names: [fn('z')], outcome: 'failed' }),
    deployed('test', 2, { names: [fn('other')] }),
  ];

  it('cancels them, so that nothing of it comes after the rollback', async () => {
    const { result, world } = await given(...held)
      .when({ environment: 'test', toRelease: 1 })
      .thenEvents([
        { type: 'deployments-cancelled', release: 2, functions: [fn('a')], numbers: [] },
        { type: 'release-committed', kind: 'rollback', release: 3 },
      ]);
    expect(result).toMatchObject({ cancels: [2] });
    expect(world.document('release:default:test:00000002', 'release').state).toBe('partly-failed');
    const { problem } = await world.send(resumeDeployment as unknown as AnyCommand, {
      environment: 'test',
      release: 2,
    });
    expect(problem?.code).toBe('NOT_HELD');
  });

  it('with names, only where they would change one of them', async () => {
    await given(...held)
      .when({ environment: 'test', toRelease: 1, names: [fn('other')] })
      .thenEvents([{ type: 'release-committed' }]);
    await given(...held)
      .when({ environment: 'test', toRelease: 1, names: [fn('a')] })
      .thenEvents([{ type: 'deployments-cancelled' }, { type: 'release-committed' }]);
  });
});

describe('a cluster', () => {
  const functions = ['a', 'b', 'c'];
  const outcomes = fc.record(Object.fromEntries(functions.map((name) => [name, fc.boolean()])));
  const change = fc.option(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant('delete' as const)), {
    freq: 2,
  });
  const moves = fc.array(
    fc.record({
      changes: fc.record(Object.fromEntries(functions.map((name) => [name, change]))),
      rollbackTo: fc.option(fc.nat(), { freq: 3 }),
      outcomes,
    }),
    { minLength: 2, maxLength: 14, size: 'max' },
  );

  /** What is deployed, by function, as successes have left it. */
  type Cluster = ReadonlyMap<string, string>;

  it('is as it was at the release returned to, whatever came between', async () => {
    await fc.assert(
      fc.asyncProperty(moves, fc.nat(), async (made, last) => {
        const world = await worldOf([sent(setEnvironments, { environments: [{ name: 'test' }] })]);
        const clusters: Cluster[] = [new Map()];

        const placeOf = (number: number, name: string): number => {
          const found = world
            .documents()
            .get(`deployment:default:test:${String(number).padStart(8, '0')}:${fn(name)}`);
          return found?.kind === 'deployment' ? found.index : 0;
        };
        /** Deployers report on the newest release; what fails leaves the cluster as it was. */
        const finish = async (succeeds: Readonly<Record<string, boolean>>): Promise<void> => {
          const cluster = new Map(clusters.at(-1));
          const number = clusters.length;
          // Deletions are the last wave: what is reported of them before changes nothing.
          const order = [...functions].sort((a, b) => placeOf(number, a) - placeOf(number, b));
          for (const name of order) {
            const id = `deployment:default:test:${String(number).padStart(8, '0')}:${fn(name)}`;
            const deployment = world.documents().get(id);
            if (deployment?.kind !== 'deployment') continue;
            const good = succeeds[name] === true;
            const { contentHash } = deployment;
            if (good && contentHash === null) cluster.delete(name);
            if (good && contentHash !== null) cluster.set(name, contentHash);
            await deployed('test', number, { names: [fn(name)], ...(good ? {} : { outcome: 'failed' }) })(
              world,
            );
          }
          clusters.push(cluster);
        };

        for (const { changes, rollbackTo, outcomes: succeeds } of made) {
          const newest = clusters.length - 1;
          let status: string;
          if (rollbackTo !== null && newest > 0) {
            const params = { environment: 'test', toRelease: (rollbackTo % newest) + 1, prune: true };
            ({ status } = await world.send(rollback as unknown as AnyCommand, params));
          } else {
            const entries = Object.entries(changes);
            const removed = entries.filter(
              ([name, to]) => to === 'delete' && world.documents().has(`function:${fn(name)}`),
            );
            for (const [name] of removed)
              await world.send(stageConfigs as unknown as AnyCommand, { remove: [fn(name)] });
            const configs = entries.flatMap(([name, to]) =>
              typeof to === 'number' ? [functionConfig(name, { parallelism: to })] : [],
            );
            if (configs.length > 0) await sent(stageConfigs, { configs })(world);
            ({ status } = await world.send(commitStagedTo('test') as unknown as AnyCommand, { force: true }));
          }
          if (status === 'ok') await finish(succeeds);
        }

        const newest = clusters.length - 1;
        if (newest === 0) return;
        const toRelease = (last % newest) + 1;
        const params = { environment: 'test', toRelease, prune: true };
        const { status, problem } = await world.send(rollback as unknown as AnyCommand, params);
        if (status === 'ok') await finish({ a: true, b: true, c: true });
        expect(['ok', 'NOTHING_TO_ROLL_BACK']).toContain(problem?.code ?? status);
        expect(clusters.at(-1)).toEqual(clusters[toRelease]);
      }),
      { numRuns: 150 },
    );
  });
});
