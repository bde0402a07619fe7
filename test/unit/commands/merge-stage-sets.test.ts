import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { mergeStageSets } from '../../../src/commands/merge-stage-sets.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';

const { given } = scenario(mergeStageSets);
const stage = (stageSet: string, name: string, parallelism = 1) =>
  sent(stageConfigs, { stageSet, configs: [functionConfig(name, { parallelism })] });
const remove = (stageSet: string, name: string) => sent(stageConfigs, { stageSet, remove: [fn(name)] });

describe('merge-stage-sets', () => {
  it('moves entries with their base and position into a set that it makes, and closes the others', async () => {
    const { events } = await given(stage('a', 'f'), stage('b', 'g'))
      .when({ from: ['a', 'b'], into: 'all' })
      .thenDocuments({
        'stage-set:default:a': { state: 'closed', mergedInto: 'all', counts: { apply: 0, delete: 0 } },
        'stage-set:default:b': { state: 'closed', mergedInto: 'all' },
        'stage-set:default:all': { state: 'open', counts: { apply: 2, delete: 0 } },
        [`staged:default:a:${fn('f')}`]: undefined,
        [`staged:default:all:${fn('f')}`]: { stagedAt: 2, base: { test: 0, prod: 0 } },
        [`staged:default:all:${fn('g')}`]: { stagedAt: 3 },
      });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ bases: [{ test: 0, prod: 0 }], closed: ['a', 'b'] });
  });

  it('tells functions where they are staged now', async () => {
    const { world } = await given(stage('a', 'f'), stage('all', 'f'), stage('c', 'f'))
      .when({ from: ['a'], into: 'all' })
      .thenAccepted({ moved: 0, entries: 1 });
    expect(Object.keys(world.document(`function:${fn('f')}`, 'function').staged).sort()).toEqual([
      'all',
      'c',
    ]);
  });

  it('opens a closed set that it merges into', async () => {
    await given(stage('a', 'f'), sent(mergeStageSets, { from: ['a'], into: 'b' }), stage('c', 'g'))
      .when({ from: ['c'], into: 'a' })
      .thenDocuments({ 'stage-set:default:a': { state: 'open', counts: { apply: 1, delete: 0 } } });
  });

  it('leaves alone what only the target holds', async () => {
    const { events } = await given(stage('all', 'f'), stage('a', 'g'))
      .when({ from: ['a'], into: 'all' })
      .thenAccepted({ moved: 1, entries: 2 });
    expect(events[0]).toHaveProperty('entries.length', 1);
    expect(events[0]).toHaveProperty('entries.0.0', fn('g'));
  });

  it('closes a set without entries', async () => {
    await given(stage('a', 'f'), sent(unStage, { stageSet: 'a', all: true }))
      .when({ from: ['a'], into: 'all' })
      .thenDocuments({
        'stage-set:default:a': { state: 'closed' },
        'stage-set:default:all': { state: 'open' },
      });
  });

  describe('identical content is no conflict', () => {
    it("and keeps the target's base and position", async () => {
      await given(stage('all', 'f'), sent(commitStagedTo('test'), { stageSet: 'all' }), stage('a', 'f'))
        .when({ from: ['a'], into: 'all' })
        .thenDocuments({ [`staged:default:all:${fn('f')}`]: { stagedAt: 2, base: { test: 0, prod: 0 } } });
    });

    it('or else those of the first of `from`', async () => {
      await given(stage('a', 'f'), stage('b', 'f'))
        .when({ from: ['b', 'a'], into: 'all' })
        .thenDocuments({ [`staged:default:all:${fn('f')}`]: { stagedAt: 3 } });
    });

    it('nor are two removals', async () => {
      await given(stage('all', 'f'), remove('a', 'f'), remove('b', 'f'))
        .when({ from: ['a', 'b'], into: 'c' })
        .thenDocuments({ 'stage-set:default:c': { counts: { apply: 0, delete: 1 } } });
    });
  });

  describe('a conflict', () => {
    const conflicting = [stage('all', 'f', 1), stage('a', 'f', 2), stage('b', 'f', 3), stage('a', 'g')];
    const hashOfSet = async (set: string): Promise<string | null> => {
      const { world } = await given(...conflicting)
        .when({ from: ['all'], into: 'x' }, { dryRun: true })
        .thenAccepted();
      return world.document(`staged:default:${set}:${fn('f')}`, 'staged').contentHash;
    };

    it('is refused by default, name by name, with the sides', async () => {
      const { problem } = await given(...conflicting)
        .when({ from: ['a', 'b'], into: 'all' })
        .thenRejects('MERGE_CONFLICT', [fn('f')]);
      const detail = problem?.errors?.[0]?.detail;
      for (const set of ['all', 'a', 'b'])
        expect(detail).toContain(`"${set}" holds ${(await hashOfSet(set)) ?? ''}`);
    });

    it('is change against removal, too', async () => {
      const { problem } = await given(stage('all', 'f'), remove('a', 'f'))
        .when({ from: ['a'], into: 'all' })
        .thenRejects('MERGE_CONFLICT', [fn('f')]);
      expect(problem?.errors?.[0]?.detail).toContain('"a" deletes it');
    });

    it('leaves the entry of the target with `ours`', async () => {
      await given(...conflicting)
        .when({ from: ['a', 'b'], into: 'all', onConflict: 'ours' })
        .thenDocuments({
          [`staged:default:all:${fn('f')}`]: { contentHash: await hashOfSet('all'), stagedAt: 2 },
          [`staged:default:all:${fn('g')}`]: { kind: 'staged' },
          [`staged:default:a:${fn('f')}`]: undefined,
        });
    });

    it('stays one with `ours` where the target has no entry to keep', async () => {
      await given(stage('a', 'f', 2), stage('b', 'f', 3))
        .when({ from: ['a', 'b'], into: 'all', onConflict: 'ours' })
        .thenRejects('MERGE_CONFLICT', [fn('f')]);
    });

    it('is won by the last of `from` with `theirs`', async () => {
      await given(...conflicting)
        .when({ from: ['a', 'b'], into: 'all', onConflict: 'theirs' })
        .thenDocuments({
          [`staged:default:all:${fn('f')}`]: { contentHash: await hashOfSet('b'), stagedAt: 4 },
          'stage-set:default:all': { counts: { apply: 2, delete: 0 } },
        });
    });
  });

  it('refuses sets that do not exist or are closed', async () => {
    await given(stage('a', 'f'))
      .when({ from: ['a', 'nope'], into: 'all' })
      .thenRejects('UNKNOWN_STAGE_SET', ['nope']);
    await given(stage('a', 'f'), sent(mergeStageSets, { from: ['a'], into: 'b' }))
      .when({ from: ['a'], into: 'c' })
      .thenRejects('UNKNOWN_STAGE_SET', ['a']);
  });

  it('refuses to merge a set into itself, none, or one twice', async () => {
    await given(stage('a', 'f'))
      .when({ from: ['b', 'a'], into: 'a' })
      .thenInvalid({ '/params/from/1': 'INVALID_COMMAND' });
    await given().when({ from: [], into: 'a' }).thenInvalid({ '/params/from': 'INVALID_COMMAND' });
    await given()
      .when({ from: ['b', 'b'], into: 'a' })
      .thenInvalid({ '/params/from/1': 'INVALID_COMMAND' });
  });

  it('keeps what was committed from a merged set going', async () => {
    await given(
      stage('a', 'f'),
      sent(commitStagedTo('test'), { stageSet: 'a' }),
      sent(mergeStageSets, { from: ['a'], into: 'all' }),
      deployed('test', 1),
    )
      .when({ from: ['all'], into: 'last' })
      .thenDocuments({ 'release:default:test:00000001': { state: 'succeeded' } });
  });
});
