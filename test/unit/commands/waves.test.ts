import fc from 'fast-check';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { recordDeployment } from '../../../src/commands/record-deployment.js';
import { resumeDeployment } from '../../../src/commands/resume-deployment.js';
import { cancelDeployment } from '../../../src/commands/cancel-deployment.js';
import { skipEffects } from '../../../src/commands/skip-effects.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import type { Outcome } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent, worldOf, type Step } from '../../support/scenario.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { TOPIC } from '../../support/world.js';

const record = scenario(recordDeployment, { via: 'results' });
const RELEASE = 'release:default:test:00000001';
const SECOND = 'release:default:test:00000002';
const deployment = (name: string, release = 1): string =>
  `deployment:default:test:0000000${release}:${fn(name)}`;
/** `a` and `b` write what `y` and `z` read: `y` and `z` are the first wave. */
const stage = (parallelism = 1) =>
  sent(stageConfigs, {
    configs: [
      functionConfig('a', { inputs: ['in'], output: 'raw', parallelism }),
      functionConfig('b', { inputs: ['in'], output: 'raw', parallelism }),
      functionConfig('y', { inputs: ['raw'], parallelism }),
      functionConfig('z', { inputs: ['raw'], parallelism }),
    ],
  });
const commit = (onFailure: 'continue' | 'stop' | 'rollback' = 'continue', more: object = {}) =>
  sent(commitStagedTo('test'), { onFailure, ...more });
const results = (outcomes: Readonly<Record<string, Outcome>>, release = 1, more: object = {}) => ({
  ...{ environment: 'test', release },
  results: Object.entries(outcomes).map(([name, outcome]) => ({ function: fn(name), outcome, ...more })),
});
const told = (outcomes: Readonly<Record<string, Outcome>>, release = 1) =>
  sent(recordDeployment, results(outcomes, release), { via: 'results' });

describe('a release in waves', () => {
  it('is committed in the order of its waves, with effects for the first', async () => {
    const { events, result } = await scenario(commitStagedTo('test'))
      .given(stage())
      .when({ onFailure: 'stop', allowRecreate: [fn('z'), fn('a')] })
      .thenDocuments({
        [RELEASE]: {
          ...{ of: 4, waves: [2, 2], wave: 0, begun: 2, onFailure: 'stop' },
          allowRecreate: [fn('a'), fn('z')],
        },
        [deployment('a')]: { index: 2, wave: 1, allowRecreate: true },
        [deployment('y')]: { index: 0, wave: 0 },
        [`effects:${TOPIC}`]: { next: 3, pending: [{ first: 1, count: 2 }] },
      });
    expect(result).toMatchObject({ functions: 4, waves: 2 });
    const [event] = events;
    const entries = event?.type === 'release-committed' ? event.entries : [];
    expect(entries.map(([name]) => name)).toEqual(['y', 'z', 'a', 'b'].map(fn));
  });

  it('says nothing of waves where there is one', async () => {
    const { events } = await scenario(commitStagedTo('test'))
      .given(sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] }))
      .when({ onFailure: 'continue' })
      .thenAccepted();
    for (const key of ['waves', 'onFailure', 'allowRecreate', 'acceptDifferences'])
      expect(events[0]).not.toHaveProperty(key);
  });

  it('begins the next wave with the last outcome of the one before', async () => {
    await record
      .given(stage(), commit(), told({ y: 'deployed' }))
      .when(results({ z: 'unchanged' }))
      .thenEvents([
        { type: 'deployment-recorded', state: 'deploying' },
        { type: 'wave-started', wave: 1, effects: { topic: TOPIC, first: 3 }, from: 2, count: 2 },
      ]);
    await record
      .given(stage(), commit())
      .when(results({ y: 'deployed' }))
      .thenEvents([{ type: 'deployment-recorded', state: 'deploying' }]);
  });

  it('numbers a wave behind whatever was numbered meanwhile', async () => {
    const other = [
      sent(stageConfigs, { configs: [functionConfig('q')], stageSet: 'other' }),
      sent(commitStagedTo('test'), { stageSet: 'other' }),
    ];
    const { world } = await record
      .given(stage(), commit(), ...other)
      .when(results({ y: 'deployed', z: 'deployed' }))
      .thenDocuments({
        [`effects:${TOPIC}`]: {
          next: 6,
          pending: [
            { release: 1, first: 1, count: 2, position: 3 },
            { release: 2, first: 3, count: 1, position: 5 },
            { release: 1, first: 4, count: 2, from: 2, position: 6 },
          ],
        },
      });
    await sent(noteEffectsPublished, { topic: TOPIC, through: 3 })(world);
    expect(world.document(`effects:${TOPIC}`, 'effects').pending).toHaveLength(1);
  });

  it('takes no outcome of what has not begun', async () => {
    await record
      .given(stage(), commit())
      .when(results({ a: 'deployed', y: 'deployed' }))
      .thenAccepted({ recorded: 1, ignored: 1, state: 'deploying' });
  });

  it('goes on over failures where nothing else was said', async () => {
    const { world } = await record
      .given(stage(), commit())
      .when(results({ y: 'failed', z: 'degraded' }))
      .thenAccepted({ state: 'deploying', wave: 1 });
    await told({ a: 'deployed', b: 'deployed' })(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({
      state: 'partly-failed',
      counts: { deployed: 2, failed: 1, degraded: 1 },
    });
  });

  it('is held after a failure where that was asked for, once its wave is done', async () => {
    await record
      .given(stage(), commit('stop'))
      .when(results({ y: 'failed' }))
      .thenAccepted({ state: 'deploying' });
    await record
      .given(stage(), commit('stop'), told({ y: 'unknown' }))
      .when(results({ z: 'deployed' }))
      .thenDocuments({ [RELEASE]: { state: 'held', begun: 2 }, 'environment:test': { open: [] } });
  });

  it('skips its later waves with what has not left', async () => {
    await scenario(skipEffects)
      .given(stage(), commit(), sent(noteEffectsPublished, { topic: TOPIC, through: 1 }))
      .when({ environment: 'test', release: 1, reason: 'no' })
      .thenDocuments({
        [RELEASE]: { state: 'deploying', begun: 4, counts: { skipped: 3 } },
        [deployment('y')]: { state: 'committed' },
        [deployment('z')]: { state: 'skipped' },
        [deployment('a')]: { state: 'skipped' },
      });
  });

  it('skips what waits of every wave', async () => {
    const { events } = await scenario(skipEffects)
      .given(stage(), commit(), told({ y: 'deployed', z: 'deployed' }))
      .when({ environment: 'test', release: 1, reason: 'no' })
      .thenDocuments({ [`effects:${TOPIC}`]: { next: 5, published: 4, pending: [] } });
    expect(events).toMatchObject([
      { first: 1, through: 2, functions: [] },
      { first: 3, through: 4, functions: [fn('a'), fn('b')], state: 'skipped' },
    ]);
  });

  it('ends with every function in one state, counted once, whatever comes of them', async () => {
    const ended = fc.constantFrom<Outcome[]>(
      'deployed',
      'unchanged',
      'deployed-with-differences',
      'degraded',
      'unknown',
      'failed',
      'superseded',
    );
    const names = ['a', 'b', 'y', 'z'];
    await fc.assert(
      fc.asyncProperty(
        fc.record(Object.fromEntries(names.map((name) => [name, ended]))),
        fc.constantFrom('continue' as const, 'stop' as const, 'rollback' as const),
        fc.constantFrom('resume' as const, 'cancel' as const),
        async (outcomes, onFailure, then) => {
          const world = await worldOf([
            sent(setEnvironments, { environments: [{ name: 'test' }] }),
            stage(),
            commit(onFailure),
          ]);
          for (const name of ['z', 'y']) await told({ [name]: outcomes[name] as Outcome })(world);
          if (world.document(RELEASE, 'release').state === 'held') {
            const params = { environment: 'test', release: 1 };
            if (then === 'resume') await sent(resumeDeployment, params)(world);
            else await sent(cancelDeployment, { ...params, reason: 'no' })(world);
          }
          for (const name of ['a', 'b']) await told({ [name]: outcomes[name] as Outcome })(world);
          const { state, counts, of } = world.document(RELEASE, 'release');
          const states = names.map((name) => world.document(deployment(name), 'deployment').state);
          expect(states).not.toContain('committed');
          expect(['committed', 'deploying', 'held']).not.toContain(state);
          const all: number[] = Object.values({ ...counts });
          expect(all.reduce((sum, count) => sum + count, 0)).toBe(of);
          for (const [key, count] of Object.entries(counts))
            expect([key, states.filter((one) => one === key).length]).toEqual([key, count]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a release that is rolled back on failure', () => {
  const before: Step[] = [
    stage(1),
    commit(),
    told({ y: 'deployed', z: 'deployed' }),
    told({ a: 'deployed', b: 'deployed' }),
  ];
  const again = [...before, stage(2), commit('rollback')];

  it('puts back what was begun, and cancels the rest, with the last outcome of the wave', async () => {
    await record
      .given(...again)
      .when(results({ y: 'failed' }, 2))
      .thenEvents([{ type: 'deployment-recorded', state: 'deploying' }]);
    const { result, world } = await record
      .given(...again, told({ y: 'failed' }, 2))
      .when(results({ z: 'deployed' }, 2))
      .thenEvents([
        { type: 'deployment-recorded', state: 'deploying' },
        { type: 'deployments-cancelled', state: 'partly-failed', numbers: [], functions: [fn('a'), fn('b')] },
        {
          ...{ type: 'release-committed', kind: 'rollback', release: 3, rollbackOf: 2, toRelease: 1 },
          effects: { first: 7 },
          note: `Release 2 asked to be rolled back on failure; failed: ${fn('y')}.`,
        },
      ]);
    expect(result).toMatchObject({
      state: 'partly-failed',
      rollback: { release: 3, restores: [fn('y'), fn('z')], deletes: [], left: [] },
    });
    expect(world.document(SECOND, 'release')).toMatchObject({
      state: 'partly-failed',
      rolledBackBy: 3,
      counts: { deployed: 1, failed: 1, cancelled: 2 },
    });
    for (const name of ['y', 'z'])
      expect(world.document(deployment(name, 3), 'deployment').contentHash).toBe(
        world.document(deployment(name, 1), 'deployment').contentHash,
      );
  });

  it('does not roll back a rollback that fails', async () => {
    const { world } = await record
      .given(...again)
      .when(results({ y: 'failed', z: 'deployed' }, 2))
      .thenAccepted();
    const { events } = await world.send(
      recordDeployment as unknown as AnyCommand,
      results({ y: 'failed', z: 'failed' }, 3),
    );
    expect(events).toMatchObject([{ type: 'deployment-recorded', state: 'failed' }]);
  });

  it('holds what it takes out, and takes its proof away', async () => {
    const { world } = await record
      .given(...again)
      .when(results({ y: 'failed', z: 'deployed' }, 2))
      .thenAccepted();
    await deployed('test', 3)(world);
    const { status, problem } = await world.send(commitStagedTo('test') as unknown as AnyCommand, {});
    expect([status, problem?.code]).toEqual(['rejected', 'STALE_BASE']);
    const { problem: held } = await world.send(commitStagedTo('prod') as unknown as AnyCommand, {
      names: [fn('z')],
    });
    expect(held?.code).toBe('NOT_PROVEN_IN_TEST');
    expect(Object.keys(world.document(`function:${fn('z')}`, 'function').held)).toHaveLength(1);
  });

  it('says so where there is nothing to go back to', async () => {
    const { result } = await record
      .given(stage(), commit('rollback'))
      .when(results({ y: 'failed', z: 'deployed' }))
      .thenDocuments({ [RELEASE]: { state: 'partly-failed', counts: { cancelled: 2 } } });
    expect(result['notRolledBack']).toMatch(
      /^there is nothing to go back to: public\/default\/y has no success before release 1, and is not known/,
    );
  });

  it('records the outcomes where the rollback is too large for one record, and says how to go on', async () => {
    // Long names: a commit of so many fits, a rollback beside the outcomes does not.
    const long = (index: number): string => `${'n'.repeat(120)}-${index}`;
    const many = (parallelism: number): Step[] =>
      [0, 1, 2, 3].map((part) =>
        sent(stageConfigs, {
          configs: Array.from({ length: 500 }, (_, index) =>
            functionConfig(long(part * 500 + index), { parallelism }),
          ),
        }),
      );
    const parts = (release: number, of: number): Step[] =>
      Array.from({ length: of / 100 }, (_, part) => {
        const some = Array.from({ length: 100 }, (_, index) => long(part * 100 + index));
        return told(Object.fromEntries(some.map((name) => [name, 'deployed'])), release);
      });
    const { result, events, world } = await record
      .given(...many(1), commit(), ...parts(1, 2000), ...many(2), commit('rollback'), ...parts(2, 1300))
      .when({
        ...{ environment: 'test', release: 2 },
        results: Array.from({ length: 700 }, (_, index) => ({
          function: fn(long(1300 + index)),
          outcome: 'failed' as const,
        })),
      })
      .thenDocuments({ [SECOND]: { state: 'partly-failed', counts: { deployed: 1300, failed: 700 } } });
    expect(result['notRolledBack']).toBe(
      'the rollback of 2000 functions is too large for one record; roll back to release 1 by hand, with names',
    );
    expect(Buffer.byteLength(JSON.stringify(events))).toBeLessThan(600 * 1024);
    expect(world.document(SECOND, 'release').notRolledBack).toMatch(/by hand/);
  });

  it('cancels what has not begun where its environment is gone, or has another target', async () => {
    const moved = sent(setEnvironments, {
      environments: [{ name: 'test', adminUrl: 'http://new' }, { name: 'prod' }],
    });
    const gone = sent(setEnvironments, { environments: [{ name: 'prod' }] });
    const { result } = await record
      .given(stage(), commit('rollback'), moved, gone)
      .when(results({ y: 'failed', z: 'failed' }))
      .thenDocuments({ [RELEASE]: { state: 'failed', counts: { failed: 2, cancelled: 2 } } });
    expect(result['notRolledBack']).toBe('test is no environment any more');
    await record
      .given(...again, moved)
      .when(results({ y: 'failed', z: 'deployed' }, 2))
      .thenDocuments({ [SECOND]: { state: 'partly-failed', counts: { cancelled: 2 } } });
  });

  it('deletes what it is known to have created', async () => {
    await record
      .given(stage(), commit('rollback'), told({ y: 'failed' }))
      .when(results({ z: 'deployed' }, 1, { created: true }))
      .thenAccepted({
        rollback: {
          ...{ release: 2, restores: [], deletes: [fn('z')] },
          left: [{ name: fn('y') }],
        },
      });
  });

  it('passes over releases that were rolled back themselves', async () => {
    const { world } = await record
      // Release 2 has failed and is put back by 3; before that is done, 4 fails too.
      .given(
        ...again,
        told({ z: 'deployed', y: 'failed' }, 2),
        stage(3),
        sent(commitStagedTo('test'), { onFailure: 'rollback', names: [fn('z')], force: true }),
      )
      .when(results({ z: 'failed' }, 4))
      .thenAccepted({ rollback: { release: 5, restores: [fn('z')] } });
    expect(world.document(deployment('z', 5), 'deployment').contentHash).toBe(
      world.document(deployment('z', 1), 'deployment').contentHash,
    );
  });

  it('leaves what a newer release has changed meanwhile', async () => {
    await record
      .given(...again, stage(3), sent(commitStagedTo('test'), { names: [fn('z')] }))
      .when(results({ y: 'failed', z: 'superseded' }, 2))
      .thenAccepted({ rollback: { release: 4, restores: [fn('y')], left: [] } });
  });

  it('rolls back at the end too, and not where all went well', async () => {
    await record
      .given(...again, told({ y: 'deployed', z: 'deployed' }, 2), told({ a: 'deployed' }, 2))
      .when(results({ b: 'unknown' }, 2))
      .thenAccepted({ state: 'partly-failed', rollback: { restores: [fn('a'), fn('b'), fn('y'), fn('z')] } });
    await record
      .given(...again, told({ y: 'deployed', z: 'deployed' }, 2), told({ a: 'deployed' }, 2))
      .when(results({ b: 'deployed' }, 2))
      .thenEvents([{ type: 'deployment-recorded', state: 'succeeded' }]);
  });

  it('leaves it to whoever has cancelled it', async () => {
    await record
      .given(...again, sent(cancelDeployment, { environment: 'test', release: 2, reason: 'no' }))
      .when(results({ y: 'failed', z: 'deployed' }, 2))
      .thenEvents([{ type: 'deployment-recorded', state: 'partly-failed' }]);
  });
});
