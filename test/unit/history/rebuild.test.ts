import { CHECKPOINT_ID } from '../../../src/core/ids.js';
import { EMPTY_JOURNAL } from '../../../src/core/journal.js';
import type { JournalRecord } from '../../../src/core/types.js';
import { AppError } from '../../../src/errors.js';
import type { JournalItem } from '../../../src/feed/follow-journal.js';
import type { JournalSource } from '../../../src/history/journal-source.js';
import { rebuild, type RebuildOptions } from '../../../src/history/rebuild.js';
import type { DocumentStore } from '../../../src/ports/documents.js';
import type { JobProgress } from '../../../src/ports/jobs.js';
import { createFakeLog } from '../../support/fake-log.js';
import { foldInto, messagesOf } from '../../support/fold-lines.js';
import { createDocumentsDisk, createMemoryStore } from '../../support/memory-documents.js';

const RECORDS = 1_300;

const records = Array.from({ length: RECORDS }, (_, index): JournalRecord => ({
  v: 1,
  partition: 0,
  position: index + 1,
  prev: null,
  time: '2026-01-01T00:00:00.000Z',
  command: { id: `id-${index}`, command: 'rollback', project: 'default', params: {} },
  commandHash: 'hash',
  actor: { name: 'local', roles: [] },
  via: 'commands',
  outcome: 'rejected',
  events: [],
}));
const messages = messagesOf(records, 10);
const head = (): number => RECORDS;

/** The messages behind a start point; `before` is told of each, and may end the reading. */
function sourceOf(
  before: (position: number) => void = () => undefined,
  items: readonly JournalItem[] = [],
): JournalSource {
  return {
    head,
    async read({ from, through = Infinity, signal }, take) {
      let state = from?.state ?? EMPTY_JOURNAL;
      for (const item of items) await take(item);
      for (const message of messages) {
        if (message.state.position <= state.position || state.position >= through) continue;
        before(message.state.position);
        if (signal.aborted) throw new AppError('CLOSED', 'ended');
        await take({ kind: 'records', publishTime: 0, ...message });
        ({ state } = message);
      }
      return state;
    },
  };
}

interface World {
  readonly store: DocumentStore;
  readonly switched: string[];
  readonly progress: JobProgress[];
  readonly options: (more?: Partial<RebuildOptions>) => RebuildOptions;
}

async function world(): Promise<World> {
  const store = createMemoryStore(createDocumentsDisk());
  await foldInto(await store.create('documents-live'), messages);
  await store.setCurrent('documents-live');
  const [switched, progress] = [[] as string[], [] as JobProgress[]];
  return {
    store,
    switched,
    progress,
    options: (more = {}) => ({
      store,
      source: sourceOf(),
      head,
      switchTo: async (database) => {
        switched.push(database);
      },
      request: { kind: 'rebuild' },
      clock: { now: () => Date.now() },
      log: createFakeLog(),
      signal: new AbortController().signal,
      onTarget: () => undefined,
      onProgress: (one) => progress.push(one),
      ...more,
    }),
  };
}

describe('a rebuild', () => {
  it('folds, compares, and has the writer switch to what it writes no more into', async () => {
    const { options, store, switched, progress } = await world();
    const report = await rebuild(
      options({
        switchTo: async (database) => {
          const { body } = (await (await store.open(database)).get(['rebuild'])).get('rebuild')!;
          switched.push(`${database} ${String(body['state'])}`);
        },
      }),
    );
    expect(report).toMatchObject({ previous: 'documents-live', from: 0, position: RECORDS, switched: true });
    expect(report.compared).toMatchObject({ documents: 2 * RECORDS, differing: 0, unsettled: 0 });
    expect(switched).toEqual([`${report.database} ready`]);
    expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(
      ['folding', 'comparing', 'folding', 'switching'].filter(
        (phase, index, all) => all.indexOf(phase) === index,
      ),
    );
  });

  it('goes on from its own checkpoint after it was cancelled', async () => {
    const { options, store, switched } = await world();
    const stop = new AbortController();
    const half = sourceOf((position) => {
      if (position > 1_100) stop.abort();
    });
    await expect(rebuild(options({ source: half, signal: stop.signal }))).rejects.toMatchObject({
      code: 'CLOSED',
    });
    expect(switched).toEqual([]);
    const [left] = (await store.list()).filter((name) => name !== 'documents-live');
    const found = (await (await store.open(left!)).get([CHECKPOINT_ID])).get(CHECKPOINT_ID);
    const reached = (found?.body['state'] as { position: number }).position;
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThan(RECORDS);
    const read: number[] = [];
    const report = await rebuild(options({ source: sourceOf((position) => read.push(position)) }));
    expect(report).toMatchObject({ database: left, from: reached, position: RECORDS, switched: true });
    expect(read[0]).toBeGreaterThan(reached);
  });

  it('shows what differs, and switches over all the same: that mends it', async () => {
    const { options, store, switched } = await world();
    const live = await store.open('documents-live');
    const audit = (await live.get(['audit:00000007'])).get('audit:00000007')!;
    await live.write([{ ...audit, body: { ...audit.body, actor: 'nobody' } }]);
    const report = await rebuild(options());
    expect(report.compared?.differences).toEqual([
      expect.objectContaining({ id: 'audit:00000007', kind: 'other-content' }),
    ]);
    expect(switched).toEqual([report.database]);
    const made = (await (await store.open(report.database)).get([audit.id])).get(audit.id);
    expect(made?.body).toEqual(audit.body);
  });

  it('folds also where there are no documents to compare with', async () => {
    const { options, store } = await world();
    await store.drop('documents-live');
    const report = await rebuild(options());
    expect(report).toMatchObject({ previous: 'documents-live', position: RECORDS, switched: true });
    expect(report.compared).toBeUndefined();
  });

  it('leaves what it folded where it is not to switch, where it cannot, and where there is nothing', async () => {
    const { options, store, switched } = await world();
    expect(await rebuild(options({ request: { kind: 'rebuild', switch: false } }))).toMatchObject({
      switched: false,
    });
    expect(switched).toEqual([]);
    const refused = rebuild(
      options({
        switchTo: async () => {
          throw new AppError('CONFLICT', 'The writer did not go on with it.');
        },
      }),
    );
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await store.list()).toHaveLength(2);
    await expect(
      rebuild(options({ head: () => 0, request: { kind: 'rebuild', fresh: true } })),
    ).rejects.toMatchObject({
      code: 'JOURNAL_UNUSABLE',
    });
  });

  it('does not wait for ever where nothing of the journal counts', async () => {
    const { options } = await world();
    const item: JournalItem = {
      kind: 'void',
      reason: 'it does not follow',
      writer: 'w',
      orphan: false,
      records: true,
      publishTime: 0,
    };
    const source = sourceOf(undefined, Array<JournalItem>(200).fill(item));
    await expect(rebuild(options({ source }))).rejects.toMatchObject({
      code: 'JOURNAL_UNUSABLE',
      message: expect.stringContaining('stageline verify') as string,
    });
  });
});
