import fc from 'fast-check';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { getChanges } from '../../../src/commands/get-changes.js';
import { getStateAt } from '../../../src/commands/get-state-at.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import type { DocumentChange } from '../../../src/commands/shared/document-changes.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import type { SeenDocument } from '../../../src/core/decision.js';
import { applyChanges } from '../../support/apply-changes.js';
import { askPast, untyped, type PastAsker } from '../../support/ask-past.js';
import { fn, functionConfig } from '../../support/configs.js';
import { histories, run } from '../../support/histories.js';
import { deployed, sent, worldOf } from '../../support/scenario.js';
import type { World } from '../../support/world.js';

const command = untyped(getChanges);

const life = (): Promise<World> =>
  worldOf([
    sent(setEnvironments, { environments: [{ name: 'test' }] }),
    sent(stageConfigs, { configs: [functionConfig('a')] }),
    sent(commitStagedTo('test'), {}),
    deployed('test', 1),
    sent(stageConfigs, { configs: [functionConfig('b')] }),
    sent(unStage, { all: true }),
  ]);

const changesOf = (pages: readonly Readonly<Record<string, unknown>>[]): DocumentChange[] =>
  pages.flatMap((page) => page['changes'] as DocumentChange[]);

async function changes(asker: PastAsker, params: object): Promise<DocumentChange[]> {
  return changesOf(await asker.pages(params));
}

describe('get-changes', () => {
  it('tells documents that came, changed and went, by JSON pointer', async () => {
    const asker = askPast(await life(), command);
    const [page] = await asker.pages({ from: 2, to: 4 });
    expect(page).toMatchObject({ from: 2, to: 4 });
    const told = changesOf([page ?? {}]);
    expect(told.map(({ id, change, position }) => [id, change, position])).toEqual([
      ['environment:test', 'changed', 4],
      [`function:${fn('a')}`, 'changed', 4],
      ['stage-set:default:main', 'changed', 4],
      [`staged:default:main:${fn('a')}`, 'deleted', 2],
      ['release:default:test:00000001', 'created', 4],
      [`deployment:default:test:00000001:${fn('a')}`, 'created', 4],
    ]);
    const inTest = told[1]?.values?.find(({ pointer }) => pointer === '/environments/test');
    expect(inTest).toMatchObject({ after: { release: 1 } });
    expect(inTest).not.toHaveProperty('before');
    expect(told[4]?.values).toMatchObject([{ pointer: '', after: { kind: 'release', state: 'succeeded' } }]);
    expect(told[3]?.values).toMatchObject([{ pointer: '', before: { kind: 'staged' } }]);
  });

  it('says nothing of what came and went in between', async () => {
    const asker = askPast(await life(), command);
    expect(await changes(asker, { from: 4, to: 6, prefix: 'staged:' })).toEqual([]);
  });

  it('goes up to now, and takes times', async () => {
    const world = await life();
    const asker = askPast(world, command);
    const from = world.records[1]?.time;
    expect(await asker.pages({ from })).toMatchObject([{ from: 2, to: 6 }]);
    expect(await asker.pages({ from, to: world.records[2]?.time })).toMatchObject([{ from: 2, to: 3 }]);
  });

  it('masks what looks like a secret before it is told apart from its key', async () => {
    const world = await worldOf([sent(stageConfigs, { configs: [functionConfig('a')] })]);
    const record = structuredClone(world.records[0]);
    for (const event of record?.events ?? [])
      if (event.type === 'configs-staged')
        for (const entry of event.entries)
          if (entry.content !== undefined) entry.content['userConfig'] = { password: 'hunter2' };
    if (record !== undefined) world.records[0] = record;
    const told = await changes(askPast(world, command), { from: 0, prefix: 'content:' });
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toContain('hunter2');
    expect(JSON.stringify(told)).toContain('[redacted]');
  });

  it('leaves out the values of a change that fits into no reply', async () => {
    const big = functionConfig('a', { userConfig: { text: 'x'.repeat(520 * 1024) } });
    const world = await worldOf([sent(stageConfigs, { configs: [big, functionConfig('b')] })]);
    const told = await changes(askPast(world, command), { from: 0, prefix: 'content:' });
    expect(told.map(({ omittedBytes, values }) => [Boolean(omittedBytes), values?.length]).sort()).toEqual([
      [false, 1],
      [true, undefined],
    ]);
  });

  it('cuts pages by bytes', async () => {
    const config = (name: string): Record<string, unknown> =>
      functionConfig(name, { userConfig: { text: name.repeat(200 * 1024) } });
    const world = await worldOf(
      ['a', 'b', 'c'].map((name) => sent(stageConfigs, { configs: [config(name)] })),
    );
    const pages = await askPast(world, command).pages({ from: 0, prefix: 'content:' });
    expect(pages.map((page) => changesOf([page]).length)).toEqual([2, 1]);
  });

  it.each([
    ['positions', { from: 3, to: 2 }],
    ['times', { from: '2026-01-01T00:00:02Z', to: '2026-01-01T00:00:01Z' }],
    ['what a cursor is of', { from: 1, cursor: 'W10' }],
  ])('refuses %s that make no sense', async (_what, params) => {
    expect((await askPast(await life(), command).page(params)).faults).toHaveLength(1);
  });

  it('refuses a time that turns out to lie behind the position', async () => {
    const world = await life();
    const asked = askPast(world, command).page({ from: world.records[4]?.time, to: 2 });
    await expect(asked).rejects.toMatchObject({ code: 'INVALID_COMMAND' });
  });

  it('leads from the state at one position to the state at another, in any history', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.tuple(fc.nat(), fc.nat()),
        fc.record({
          limit: fc.integer({ min: 1, max: 5 }),
          prefix: fc.constantFrom('', 'function:', 'content:', 'proof:', 'project:'),
        }),
        async (history, picks, { limit, prefix }) => {
          const world = await run(history);
          const [from = 0, to = 0] = picks.map((pick) => pick % (world.position + 1)).sort((a, b) => a - b);
          const states = askPast(world, untyped(getStateAt));
          const state = async (position: number): Promise<Map<string, SeenDocument>> =>
            new Map(
              (await states.pages({ position, prefix }))
                .flatMap((page) => page['documents'] as SeenDocument[])
                .map((seen) => [seen.id, seen]),
            );
          const expected = await state(to);
          const made = await state(from);
          for (const change of await changes(askPast(world, command), { from, to, prefix, limit })) {
            const { id, position } = change;
            expect(change.change === 'created').toBe(!made.has(id));
            const document = applyChanges(made.get(id)?.document, change.values ?? []);
            expect(change.change === 'deleted').toBe(document === undefined);
            if (document === undefined) made.delete(id);
            else made.set(id, { id, position, document } as SeenDocument);
          }
          expect([...made].sort()).toEqual([...expected].sort());
        },
      ),
      { numRuns: 60 },
    );
  });
});
