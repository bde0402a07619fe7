import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLevelDocumentStore } from '../../../../src/adapters/level/documents.js';
import { openDatabase } from '../../../../src/adapters/level/database.js';
import { createFakeLog } from '../../../support/fake-log.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'stageline-trail-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(from: number, to: number, size = 10): Promise<void> {
  const store = await createLevelDocumentStore({ dir });
  const documents = (await store.list()).includes('one')
    ? await store.open('one')
    : await store.create('one');
  await store.setCurrent('one');
  for (let at = from; at < to; at += 1)
    await documents.write([{ id: `doc:${at}`, body: { at, text: 'x'.repeat(size) } }]);
  await store.close();
}

async function trailKeys(): Promise<string[]> {
  const db = await openDatabase(dir, 'documents');
  const keys = await db.keys({ gte: 't\x00', lt: 't\x01' }).all();
  await db.close();
  return keys;
}

async function lose(which: (keys: string[]) => string[]): Promise<void> {
  const keys = await trailKeys();
  const db = await openDatabase(dir, 'documents');
  await db.batch(which(keys).map((key) => ({ type: 'del', key })));
  await db.close();
}

async function look(): Promise<{ current: string | undefined; list: string[]; events: string[] }> {
  const log = createFakeLog();
  const store = await createLevelDocumentStore({ dir, log });
  const seen = { current: await store.current(), list: await store.list() };
  await store.close();
  return { ...seen, events: log.lines.map(({ event }) => event) };
}

describe('the trail of writes', () => {
  it('is whole after every clean end, and goes on where it was', async () => {
    await write(0, 5);
    await write(5, 10);
    expect(await look()).toEqual({ current: 'one', list: ['one'], events: [] });
  });

  it('does not mind that the newest writes are gone', async () => {
    await write(0, 10);
    await lose((keys) => keys.slice(-3));
    expect(await look()).toMatchObject({ current: 'one', list: ['one'] });
  });

  it('drops every database where writes in the middle are gone, and says so', async () => {
    await write(0, 10);
    await lose((keys) => keys.slice(4, 6));
    expect(await look()).toEqual({
      current: undefined,
      list: [],
      events: ['documents-lost-with-the-power'],
    });
    // The next one begins anew.
    await write(0, 3);
    expect(await look()).toEqual({ current: 'one', list: ['one'], events: [] });
  });

  it('reaches no further back than LevelDB could lose', async () => {
    await write(0, 60, 1024 * 1024);
    const kept = await trailKeys();
    expect(kept.length).toBeGreaterThan(38);
    expect(kept.length).toBeLessThan(45);
    expect((await look()).list).toEqual(['one']);
  });
});
