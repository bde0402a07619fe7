import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { getAllData } from '../../../src/commands/get-all-data.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import type { AnyCommand, SeenDocument } from '../../../src/core/decision.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent, worldOf } from '../../support/scenario.js';
import type { World } from '../../support/world.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';

const { given } = scenario(getAllData);
const stage = (...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name)) });
const pricing = { project: 'pricing' };
const others = [
  sent(stageConfigs, { configs: [functionConfig('theirs')] }, pricing),
  sent(commitStagedTo('test'), {}, pricing),
  deployed('test', 1, pricing),
];
const ours = [stage('a', 'b'), sent(commitStagedTo('test'), {}), deployed('test', 1)];

interface PageResult {
  readonly documents: readonly SeenDocument[];
  readonly cursor?: string;
  readonly followFrom: number;
}

/** All pages of one reading. */
async function pages(
  world: World,
  params: object,
  between: () => Promise<void> = async () => undefined,
): Promise<PageResult[]> {
  const read: PageResult[] = [];
  for (let cursor: string | undefined; ;) {
    const { result, faults } = await world.send(getAllData as unknown as AnyCommand, {
      ...params,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(faults).toEqual([]);
    const page = result as unknown as PageResult;
    read.push(page);
    cursor = page.cursor;
    if (cursor === undefined) return read;
    await between();
  }
}

const idsOf = (read: readonly PageResult[]): string[] =>
  read.flatMap(({ documents }) => documents.map(({ id }) => id));

describe('get-all-data', () => {
  it("reads the project's documents, and nobody else's", async () => {
    const { result } = await given(...others, ...ours)
      .when({})
      .thenAccepted();
    const { documents, followFrom, cursor } = result as unknown as PageResult;
    expect(documents.map(({ id }) => id)).toEqual([
      'environment:prod',
      'environment:test',
      `function:${fn('a')}`,
      `function:${fn('b')}`,
      'stage-set:default:main',
      `staged:default:main:${fn('a')}`,
      `staged:default:main:${fn('b')}`,
      'release:default:test:00000001',
      `deployment:default:test:00000001:${fn('a')}`,
      `deployment:default:test:00000001:${fn('b')}`,
    ]);
    expect(documents[2]).toMatchObject({ position: 7, document: { kind: 'function', project: 'default' } });
    expect({ followFrom, cursor }).toEqual({ followFrom: 7, cursor: undefined });
  });

  it('is a query and leaves no record', async () => {
    const { world } = await given(...ours)
      .when({})
      .thenAccepted();
    expect(world.records.at(-1)?.command.command).toBe('record-deployment');
    expect(getAllData.kind).toBe('query');
  });

  it.each([
    ['release:', ['release:default:test:00000001']],
    ['release:default:te', ['release:default:test:00000001']],
    ['staged:default:main:public/default/b', [`staged:default:main:${fn('b')}`]],
    ['stage-set:', ['stage-set:default:main']],
    ['function:public/default/', [`function:${fn('a')}`, `function:${fn('b')}`]],
    ['environment:p', ['environment:prod']],
    ['project:', ['project:default']],
    ['s', ['stage-set:default:main', `staged:default:main:${fn('a')}`, `staged:default:main:${fn('b')}`]],
    ['release:pricing:', []],
    ['project:pricing', []],
    ['deployment:pricing', []],
    ['audit:', []],
    ['answered:', []],
    ['effects:', []],
    ['checkpoint', []],
    ['index:', []],
    ['attempt:', []],
  ])('reads under the prefix %s', async (prefix, ids) => {
    const { result } = await given(...others, ...ours)
      .when({ prefix })
      .thenAccepted();
    expect((result as unknown as PageResult).documents.map(({ id }) => id)).toEqual(ids);
  });

  it("tells one project's name from another's beginning", async () => {
    const { result } = await given(
      ...ours,
      sent(stageConfigs, { configs: [functionConfig('x')] }, { project: 'default-2' }),
    )
      .when({ prefix: 'project:default-2' })
      .thenAccepted();
    expect((result as unknown as PageResult).documents).toEqual([]);
  });

  it("reads proofs, and the contents of the project's functions, where asked for", async () => {
    const proofs = await given(...others, ...ours)
      .when({ prefix: 'proof:' })
      .thenAccepted();
    expect((proofs.result as unknown as PageResult).documents).toHaveLength(2);
    const contents = await given(...others, ...ours)
      .when({ prefix: 'content:' })
      .thenAccepted();
    const { documents } = contents.result as unknown as PageResult;
    expect(
      documents.map(({ document }) => (document.kind === 'content' ? document.config['name'] : '')).sort(),
    ).toEqual(['a', 'b']);
  });

  it('goes on page by page without a gap or a repeat', async () => {
    const world = await worldOf([
      sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }),
      ...others,
      ...ours,
    ]);
    const whole = idsOf(await pages(world, {}));
    for (const limit of [1, 2, 3, 7]) {
      const read = await pages(world, { limit });
      expect(idsOf(read)).toEqual(whole);
      for (const { documents } of read) expect(documents.length).toBeLessThanOrEqual(limit);
    }
  });

  it('keeps pages under 500 KiB', async () => {
    const names = Array.from({ length: 900 }, (_, index) => `f${index}`);
    const world = await worldOf([
      sent(setEnvironments, { environments: [{ name: 'test' }] }),
      stage(...names),
      sent(commitStagedTo('test'), {}),
    ]);
    const read = await pages(world, { limit: 5_000 });
    expect(read.length).toBeGreaterThan(1);
    for (const page of read) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(500 * 1024);
    expect(new Set(idsOf(read)).size).toBe(3 + 900 * 3);
  });

  it('looks through a bounded number of documents for a page', async () => {
    const foreign = Array.from({ length: 6 }, (_, call) =>
      sent(
        stageConfigs,
        { configs: Array.from({ length: 1_000 }, (_, index) => functionConfig(`f${call}-${index}`)) },
        pricing,
      ),
    );
    const world = await worldOf([...foreign, stage('z')]);
    const read = await pages(world, { prefix: 'function:' });
    expect(read.map(({ documents }) => documents.length)).toEqual([0, 1]);
  });

  it('says from where to follow: pages plus later events give the present state', async () => {
    const world = await worldOf([
      sent(setEnvironments, { environments: [{ name: 'test' }] }),
      stage('a', 'b', 'c'),
    ]);
    const begun = world.position;
    let more = 0;
    const read = await pages(world, { limit: 2 }, async () => {
      more += 1;
      if (more < 3) await stage(`0-later-${more}`)(world);
    });
    expect(read.map(({ followFrom }) => followFrom)).toEqual(read.map(() => begun));
    // What the pages may have missed is in records behind `followFrom`.
    const shown = new Map(
      read.flatMap(({ documents }) => documents.map(({ id, position }) => [id, position])),
    );
    const visible = ['function', 'staged', 'stage-set', 'environment'];
    const missed = [...world.versions].filter(
      ([id, { position, document }]) =>
        document !== undefined && visible.includes(document.kind) && shown.get(id) !== position,
    );
    expect(missed.length).toBeGreaterThan(0);
    for (const [, { position }] of missed) expect(position).toBeGreaterThan(begun);
  });

  it('refuses a cursor that is none, or of another prefix', async () => {
    const world = await worldOf(ours.slice(0, 1));
    const [page] = await pages(world, { limit: 1 });
    for (const cursor of ['nonsense', Buffer.from('[1,2]').toString('base64url'), '', 'bnVsbA']) {
      await given().when({ cursor }).thenInvalid({ '/params/cursor': 'INVALID_COMMAND' });
    }
    await given()
      .when({ prefix: 'release:', cursor: page?.cursor ?? '' })
      .thenInvalid({ '/params/cursor': 'INVALID_COMMAND' });
  });
});
