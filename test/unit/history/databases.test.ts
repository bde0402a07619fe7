import { checkpointBody } from '../../../src/core/checkpoint.js';
import { CHECKPOINT_ID, REBUILD_ID, WRITER_ID } from '../../../src/core/ids.js';
import { EMPTY_JOURNAL } from '../../../src/core/journal.js';
import { readRebuildMark, rebuildMarkBody } from '../../../src/core/rebuild-mark.js';
import { createDatabases } from '../../../src/history/databases.js';
import { openRebuildTarget, type RebuildTarget } from '../../../src/history/rebuild-target.js';
import type { DocumentStore } from '../../../src/ports/documents.js';
import { openSwitched } from '../../../src/processor/open-documents.js';
import { FOLD_VERSION } from '../../../src/projections/fold.js';
import { createFakeLog } from '../../support/fake-log.js';
import { createDocumentsDisk, createMemoryStore } from '../../support/memory-documents.js';

interface Made {
  readonly position?: number;
  readonly fold?: number;
  readonly checkpointOf?: string;
  readonly mark?: 'folding' | 'ready';
  readonly written?: boolean;
}

async function storeWith(
  databases: Readonly<Record<string, Made>>,
  current?: string,
): Promise<DocumentStore> {
  const store = createMemoryStore(createDocumentsDisk());
  for (const [name, made] of Object.entries(databases)) {
    const { position, fold = FOLD_VERSION, checkpointOf = name, mark, written } = made;
    const documents = await store.create(name);
    const state = { ...EMPTY_JOURNAL, position: position ?? 0 };
    await documents.write([
      ...(position === undefined
        ? []
        : [
            {
              id: CHECKPOINT_ID,
              body: checkpointBody({ database: checkpointOf, fold, startId: 'x', state }),
            },
          ]),
      ...(mark === undefined
        ? []
        : [
            { id: REBUILD_ID, body: rebuildMarkBody({ state: mark, startedAt: '2026-01-01T00:00:00.000Z' }) },
          ]),
      ...(written === true ? [{ id: WRITER_ID, body: {} }] : []),
    ]);
  }
  if (current !== undefined) await store.setCurrent(current);
  return store;
}

const target = (store: DocumentStore, fresh = false): Promise<RebuildTarget> =>
  openRebuildTarget({ store, fresh, clock: { now: () => 0 }, log: createFakeLog() });

const stateOf = async ({ documents }: RebuildTarget): Promise<string | undefined> =>
  readRebuildMark((await documents.get([REBUILD_ID])).get(REBUILD_ID)?.body)?.state;

describe('the databases of documents', () => {
  it('are listed with what each is there for; others are none of ours', async () => {
    const store = await storeWith(
      {
        'documents-a': { position: 3, written: true },
        'documents-b': { position: 9, written: true, mark: 'ready' },
        'documents-c': { position: 5, mark: 'folding' },
        'documents-d': {},
        elsewhere: {},
      },
      'documents-b',
    );
    const databases = createDatabases({ store, building: () => undefined, log: createFakeLog() });
    expect(
      (await databases.list()).map(({ name, state, position }) => `${name} ${state} ${position}`),
    ).toEqual([
      'documents-a former 3',
      'documents-b current 9',
      'documents-c rebuild 5',
      'documents-d unfinished 0',
    ]);
  });

  it('are dropped unless they are in use, being built, or none of ours', async () => {
    const store = await storeWith(
      { 'documents-a': {}, 'documents-b': {}, 'documents-c': {}, elsewhere: {} },
      'documents-a',
    );
    const databases = createDatabases({ store, building: () => 'documents-b', log: createFakeLog() });
    await expect(databases.drop('documents-a')).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
    await expect(databases.drop('documents-b')).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
    await expect(databases.drop('elsewhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(databases.drop('documents-z')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await databases.drop('documents-c');
    expect(await store.list()).toEqual(['documents-a', 'documents-b', 'elsewhere']);
  });
});

describe('the database that a rebuild folds into', () => {
  it('is a new one, which says so until it is ready', async () => {
    const store = await storeWith({ 'documents-a': { position: 3, written: true } }, 'documents-a');
    const made = await target(store);
    expect(made.checkpoint).toBeUndefined();
    expect(await stateOf(made)).toBe('folding');
    await made.ready();
    expect(await stateOf(made)).toBe('ready');
  });

  it('is the one of a rebuild that was cancelled or killed, the furthest of them', async () => {
    const store = await storeWith(
      {
        'documents-a': { position: 9, written: true },
        'documents-b': { position: 2, mark: 'folding' },
        'documents-c': { position: 5, mark: 'ready' },
      },
      'documents-a',
    );
    const found = await target(store);
    expect(found.documents.name).toBe('documents-c');
    expect(found.checkpoint?.state.position).toBe(5);
    expect(await stateOf(found)).toBe('folding');
    expect(await store.list()).toEqual(['documents-a', 'documents-c']);
  });

  it('is none that a writer has worked in, that another fold made, or that is to be begun anew', async () => {
    const worked = await storeWith({ 'documents-a': { position: 5, mark: 'ready', written: true } });
    expect((await target(worked)).documents.name).not.toBe('documents-a');
    expect(await worked.list()).toContain('documents-a');
    for (const other of [{ fold: FOLD_VERSION + 1 }, { checkpointOf: 'documents-x' }]) {
      const store = await storeWith({ 'documents-a': { position: 5, mark: 'folding', ...other } });
      expect((await target(store)).documents.name).not.toBe('documents-a');
      expect(await store.list()).not.toContain('documents-a');
    }
    const fresh = await storeWith({ 'documents-a': { position: 5, mark: 'folding' } });
    expect((await target(fresh, true)).documents.name).not.toBe('documents-a');
    expect(await fresh.list()).toHaveLength(1);
  });
});

describe('the database that a switch names', () => {
  const open = async (made: Made): Promise<{ opened: boolean; why: unknown }> => {
    const log = createFakeLog();
    const opened = await openSwitched(await storeWith({ 'documents-a': made }), 'documents-a', log);
    return { opened: opened !== undefined, why: log.lines[0]?.facts['reason'] };
  };

  it('is opened where it fits', async () => {
    expect(await open({ position: 3 })).toEqual({ opened: true, why: undefined });
    expect(await open({ position: 3, mark: 'ready' })).toEqual({ opened: true, why: undefined });
  });

  it('is not where it does not, and the log says why', async () => {
    expect(await open({})).toEqual({ opened: false, why: 'it has no checkpoint' });
    expect(await open({ position: 3, checkpointOf: 'documents-b' })).toMatchObject({
      opened: false,
      why: expect.stringContaining('documents-b') as string,
    });
    expect(await open({ position: 3, fold: FOLD_VERSION + 1 })).toMatchObject({ opened: false });
    expect(await open({ position: 3, mark: 'folding' })).toEqual({
      opened: false,
      why: 'a rebuild still writes into it',
    });
    const log = createFakeLog();
    expect(await openSwitched(await storeWith({}), 'documents-a', log)).toBeUndefined();
    expect(log.lines[0]).toMatchObject({ level: 'warn', event: 'documents-not-switched' });
  });
});
