import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { recordDeployment } from '../../../src/commands/record-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { skipEffects } from '../../../src/commands/skip-effects.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';
import { TOPIC } from '../../support/world.js';

const { given } = scenario(skipEffects);
const EFFECTS = `effects:${TOPIC}`;
const RELEASE = 'release:default:test:00000001';
const deployment = (name: string, release = 1): string =>
  `deployment:default:test:0000000${release}:${fn(name)}`;
const stage = (parallelism: number, ...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name, { parallelism })) });
const toTest = sent(commitStagedTo('test'), {});
const published = (through: number) => sent(noteEffectsPublished, { topic: TOPIC, through });
const reason = 'a newer build replaces it';
const skip = (release: number) => ({ environment: 'test', release, reason });
const committed = [stage(1, 'a', 'b', 'c'), toTest];

describe('skip-effects', () => {
  it('gives up a release: its functions, the release and the environment say so, and nothing is owed', async () => {
    const { events } = await given(...committed)
      .when(skip(1))
      .thenDocuments({
        [EFFECTS]: { next: 4, published: 3, pending: [] },
        [RELEASE]: {
          state: 'skipped',
          counts: { deployed: 0, failed: 0, skipped: 3 },
          skipped: { reason, by: 'alice', at: '2026-01-01T00:00:04.000Z' },
        },
        [deployment('a')]: { state: 'skipped', finishedAt: '2026-01-01T00:00:04.000Z' },
        [`function:${fn('a')}`]: { environments: { test: { release: 1, state: 'skipped' } } },
        'environment:test': { open: [] },
      });
    expect(events).toEqual([
      {
        type: 'effects-skipped',
        project: 'default',
        topic: TOPIC,
        environment: 'test',
        release: 1,
        committed: 3,
        first: 1,
        through: 3,
        reason,
        state: 'skipped',
        counts: { deployed: 0, unchanged: 0, deleted: 0, failed: 0, superseded: 0, skipped: 3 },
        functions: [fn('a'), fn('b'), fn('c')],
      },
    ]);
  });

  it('tells how many of how many', async () => {
    await given(...committed, published(1))
      .when(skip(1))
      .thenAccepted({
        environment: 'test',
        release: 1,
        document: RELEASE,
        skipped: 2,
        of: 3,
        first: 2,
        through: 3,
        state: 'deploying',
      });
  });

  it('keeps what has left: the release ends when that has outcomes', async () => {
    const { world } = await given(...committed, published(1))
      .when(skip(1))
      .thenDocuments({
        [EFFECTS]: { published: 3, pending: [] },
        [RELEASE]: { state: 'deploying', counts: { skipped: 2 } },
        [deployment('a')]: { state: 'committed' },
        [deployment('b')]: { state: 'skipped' },
        'environment:test': { open: [{ release: 1 }] },
      });
    await deployed('test', 1, { names: [fn('a')] })(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({
      state: 'skipped',
      counts: { deployed: 1, skipped: 2 },
      skipped: { reason },
    });
    expect(world.document('environment:test', 'environment').open).toEqual([]);
  });

  it('calls a release failed where one that had left failed', async () => {
    const { world } = await given(...committed, published(1))
      .when(skip(1))
      .thenAccepted();
    await deployed('test', 1, { names: [fn('a')], outcome: 'failed' })(world);
    expect(world.document(RELEASE, 'release').state).toBe('failed');
  });

  it('leaves outcomes as they are that came before it was known how far the topic is', async () => {
    const { events } = await given(...committed, deployed('test', 1, { names: [fn('a')] }))
      .when(skip(1))
      .thenDocuments({
        [RELEASE]: { state: 'skipped', counts: { deployed: 1, skipped: 2 } },
        [deployment('a')]: { state: 'deployed' },
        [`function:${fn('a')}`]: { environments: { test: { state: 'deployed' } } },
      });
    expect(events).toMatchObject([{ first: 1, through: 3, functions: [fn('b'), fn('c')] }]);
  });

  it('leaves a gap in the middle: what is before and behind it is owed still', async () => {
    const { world } = await given(...committed, stage(2, 'a'), toTest, stage(3, 'b'), toTest)
      .when(skip(2))
      .thenDocuments({
        [EFFECTS]: {
          next: 10,
          published: 0,
          pending: [
            { release: 1, first: 1, count: 3 },
            { release: 3, first: 7 },
          ],
          skipped: [{ first: 4, through: 6 }],
        },
      });
    await published(3)(world);
    const effects = world.document(EFFECTS, 'effects');
    expect(effects).toMatchObject({ published: 6, pending: [{ release: 3, first: 7 }] });
    expect(effects).not.toHaveProperty('skipped');
  });

  it('passes over gaps that lie side by side, in whatever order they were made', async () => {
    const { world } = await given(...committed, stage(2, 'a'), toTest, stage(3, 'b'), toTest)
      .when(skip(3))
      .thenDocuments({ [EFFECTS]: { published: 0, skipped: [{ first: 7, through: 9 }] } });
    await sent(skipEffects, skip(2))(world);
    await sent(skipEffects, skip(1))(world);
    expect(world.document(EFFECTS, 'effects')).toEqual({
      kind: 'effects',
      topic: TOPIC,
      next: 10,
      published: 9,
      pending: [],
    });
  });

  it('leaves what succeeded before in force, and proves nothing', async () => {
    const { world, documents } = await given(
      stage(1, 'a'),
      toTest,
      published(1),
      deployed('test', 1),
      stage(2, 'a'),
      toTest,
    )
      .when(skip(2))
      .thenDocuments({
        [`function:${fn('a')}`]: {
          environments: { test: { release: 2, state: 'skipped', succeeded: { release: 1 } } },
        },
      });
    const proofs = [...documents.values()].filter(({ kind }) => kind === 'proof');
    expect(proofs).toHaveLength(1);
    const { status, problem } = await world.send(commitStagedTo('prod') as unknown as AnyCommand, {});
    expect([status, problem?.code]).toEqual(['rejected', 'NOT_PROVEN_IN_TEST']);
  });

  it('takes the same entries again in the next release', async () => {
    const { world } = await given(stage(1, 'a'), toTest).when(skip(1)).thenAccepted();
    await toTest(world);
    await deployed('test', 2)(world);
    expect(world.document(`function:${fn('a')}`, 'function').environments['test']).toMatchObject({
      release: 2,
      state: 'deployed',
    });
    expect(world.document('release:default:test:00000002', 'release').state).toBe('succeeded');
  });

  it('does not touch what a newer release says of a function', async () => {
    await given(...committed, toTest)
      .when(skip(1))
      .thenDocuments({
        [deployment('a')]: { state: 'skipped' },
        [deployment('a', 2)]: { state: 'committed' },
        [`function:${fn('a')}`]: { environments: { test: { release: 2, state: 'committed' } } },
      });
  });

  it('lets a late result change nothing', async () => {
    const { world } = await given(...committed)
      .when(skip(1))
      .thenAccepted();
    const before = world.document(RELEASE, 'release');
    const { status, result, events } = await world.send(recordDeployment as unknown as AnyCommand, {
      environment: 'test',
      release: 1,
      results: [{ function: fn('a'), outcome: 'deployed' }],
    });
    expect({ status, result, events }).toMatchObject({
      status: 'ok',
      result: { recorded: 0, ignored: 1, state: 'skipped' },
      events: [],
    });
    expect(world.document(RELEASE, 'release')).toBe(before);
    expect(world.document(`function:${fn('a')}`, 'function').environments['test']?.state).toBe('skipped');
  });

  it('can be rolled back to, as a release that failed can', async () => {
    const { world } = await given(stage(1, 'a'), toTest, deployed('test', 1), stage(2, 'a'), toTest)
      .when(skip(2))
      .thenAccepted();
    const { events } = await world.send(rollback as unknown as AnyCommand, {
      environment: 'test',
      toRelease: 2,
    });
    expect(events).toMatchObject([{ type: 'release-committed', kind: 'rollback', release: 3 }]);
    expect(world.document(deployment('a', 3), 'deployment').contentHash).toBe(
      world.document(deployment('a', 1), 'deployment').contentHash,
    );
  });

  it('rejects with UNKNOWN_RELEASE what owes nothing, of this project', async () => {
    await given().when(skip(1)).thenRejects('UNKNOWN_RELEASE');
    await given(...committed, published(3))
      .when(skip(1))
      .thenRejects('UNKNOWN_RELEASE');
    await given(...committed, sent(skipEffects, skip(1)))
      .when(skip(1))
      .thenRejects('UNKNOWN_RELEASE');
    await given(...committed)
      .when(skip(1), { project: 'pricing' })
      .thenRejects('UNKNOWN_RELEASE');
  });

  it('wants a reason', async () => {
    await given(...committed)
      .when({ ...skip(1), reason: '' })
      .thenInvalid({ '/params/reason': 'INVALID_COMMAND' });
  });
});
