import fc from 'fast-check';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { getAllData } from '../../../src/commands/get-all-data.js';
import { getStateAt } from '../../../src/commands/get-state-at.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import type { AnyCommand, SeenDocument } from '../../../src/core/decision.js';
import { askPast, untyped } from '../../support/ask-past.js';
import { fn, functionConfig } from '../../support/configs.js';
import { histories, run } from '../../support/histories.js';
import { deployed, sent, worldOf } from '../../support/scenario.js';
import type { World } from '../../support/world.js';

const command = untyped(getStateAt);

const life = (): Promise<World> =>
  worldOf([
    sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }),
    sent(stageConfigs, { configs: ['a', 'b', 'c'].map((name) => functionConfig(name)) }),
    sent(stageConfigs, { configs: [functionConfig('theirs')] }, { project: 'pricing' }),
    sent(commitStagedTo('test'), {}),
    deployed('test', 1),
  ]);

const documentsOf = (pages: readonly Readonly<Record<string, unknown>>[]): SeenDocument[] =>
  pages.flatMap((page) => page['documents'] as SeenDocument[]);

describe('get-state-at', () => {
  it("gives the project's documents as they stood, and nobody else's", async () => {
    const world = await life();
    const asker = askPast(world, command);
    const [page] = await asker.pages({ position: 3 });
    expect(page).toMatchObject({ position: 3, time: world.records[2]?.time });
    expect(documentsOf([page ?? {}]).map(({ id, position }) => [id, position])).toEqual([
      ['environment:prod', 1],
      ['environment:test', 1],
      [`function:${fn('a')}`, 2],
      [`function:${fn('b')}`, 2],
      [`function:${fn('c')}`, 2],
      ['stage-set:default:main', 2],
      ...['a', 'b', 'c'].map((name) => [`staged:default:main:${fn(name)}`, 2]),
    ]);
  });

  it('finds the position of a time', async () => {
    const world = await life();
    const [page] = await askPast(world, command).pages({
      time: world.records[1]?.time.replace('Z', '+00:00'),
    });
    expect(page).toMatchObject({ position: 2 });
  });

  it('shows contents of functions that were the project’s then', async () => {
    const world = await life();
    const contents = async (position: number, project: string): Promise<number> =>
      documentsOf(await askPast(world, command, project).pages({ position, prefix: 'content:' })).length;
    expect(await contents(2, 'pricing')).toBe(0);
    expect(await contents(5, 'pricing')).toBe(1);
    expect(await contents(5, 'default')).toBe(3);
  });

  it('never shows audit, answers or effects', async () => {
    const asker = askPast(await life(), command);
    for (const prefix of ['audit:', 'answered:', 'effects:'])
      expect(documentsOf(await asker.pages({ position: 5, prefix }))).toEqual([]);
  });

  it('shows all pages of the position that the first one found', async () => {
    const world = await life();
    const asker = askPast(world, command);
    const time = world.records[4]?.time;
    const pages = await asker.pages({ time, limit: 2 });
    expect(pages.length).toBeGreaterThan(3);
    expect(new Set(pages.map(({ position }) => position))).toEqual(new Set([5]));
    expect(documentsOf(pages)).toEqual(documentsOf(await asker.pages({ time })));
  });

  it('refuses a position that is not there yet', async () => {
    const asker = askPast(await life(), command);
    await expect(asker.page({ position: 6 })).rejects.toMatchObject({ code: 'UNKNOWN_POSITION' });
  });

  it.each([
    ['neither a position nor a time', {}, '/params'],
    ['both', { position: 1, time: '2026-01-01T00:00:00Z' }, '/params'],
    ['no time', { time: 'yesterday' }, '/params/time'],
    ['a cursor of nothing', { position: 1, cursor: 'x' }, '/params/cursor'],
  ])('refuses %s', async (_what, params, pointer) => {
    const { faults } = await askPast(await life(), command).page(params);
    expect(faults).toMatchObject([{ pointer }]);
  });

  it('refuses the cursor of another question', async () => {
    const asker = askPast(await life(), command);
    const { result } = await asker.page({ position: 5, limit: 1 });
    const { cursor } = result;
    expect((await asker.page({ position: 4, limit: 1, cursor })).faults).toMatchObject([
      { pointer: '/params/cursor' },
    ]);
    expect((await asker.page({ position: 5, limit: 3, cursor })).faults).toEqual([]);
  });

  it('gives what get-all-data gave then, in any history', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.nat(),
        fc.record({
          limit: fc.integer({ min: 1, max: 7 }),
          prefix: fc.constantFrom('', 'function:', 'content:', 'release:default:t', 'proof:'),
        }),
        async (history, pick, { limit, prefix }) => {
          const half = history.slice(0, pick % (history.length + 1));
          const then = await run(half);
          const now = await run(history);
          const all = await then.send(getAllData as unknown as AnyCommand, { prefix, limit: 5_000 });
          const pages = await askPast(now, command).pages({ position: then.position, prefix, limit });
          expect(documentsOf(pages)).toEqual(all.result['documents']);
        },
      ),
      { numRuns: 60 },
    );
  });
});
