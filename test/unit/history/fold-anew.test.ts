import fc from 'fast-check';
import { hashOf } from '../../../src/core/canonical.js';
import { readCheckpoint } from '../../../src/core/checkpoint.js';
import { belongsToFold, CHECKPOINT_ID, indexId } from '../../../src/core/ids.js';
import type { JournalRecord } from '../../../src/core/types.js';
import { AppError } from '../../../src/errors.js';
import type { Documents } from '../../../src/ports/documents.js';
import { createMemoryDocuments } from '../../../src/projections/memory-documents.js';
import { bodyOf } from '../../../src/processor/overlay.js';
import { bodiesOf, foldInto, messagesOf, openFold } from '../../support/fold-lines.js';
import { histories, run } from '../../support/histories.js';
import { createDocumentsDisk, createMemoryStore } from '../../support/memory-documents.js';

const database = (): Promise<Documents> => createMemoryStore(createDocumentsDisk()).create('documents-new');

/** What the journal makes of a document, as JSON. */
const expected = (records: readonly JournalRecord[]): Map<string, unknown> => {
  const memory = createMemoryDocuments();
  for (const record of records) memory.fold(record);
  return new Map(
    [...memory.entries()].map(([id, version]) => [id, JSON.parse(JSON.stringify(bodyOf(version)))]),
  );
};

describe('folding into a database of its own', () => {
  it('stores what the fold in memory comes to, in messages of any size, also where it is cut off and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 7 }), fc.nat(), async (history, size, cut) => {
        const { records } = await run(history);
        const messages = messagesOf(records, size);
        const documents = await database();
        await foldInto(documents, messages.slice(0, cut % (messages.length + 1)));
        await foldInto(documents, messages);
        expect(await bodiesOf(documents, belongsToFold)).toEqual(expected(records));
        const checkpoint = readCheckpoint((await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID)?.body);
        expect(checkpoint).toMatchObject({
          database: 'documents-new',
          state: { position: records.length, hash: messages.at(-1)?.state.hash },
          startId: messages.at(-1)?.startId,
        });
      }),
      { numRuns: 25 },
    );
  });

  it('keeps a start point for every thousandth position', async () => {
    const records = Array.from({ length: 2_500 }, (_, index) => refused(index + 1));
    const documents = await database();
    await foldInto(documents, messagesOf(records, 7));
    const found = await documents.get([indexId(1_000), indexId(2_000)]);
    const points = [...found.values()].map(({ body }) => readCheckpoint(body));
    expect(points.map((point) => [point?.startId, point?.state.position])).toEqual([
      ['before-995', 1_000],
      ['before-1996', 2_000],
    ]);
  });

  it('compares documents at the position that is awaited, although records behind it change them', async () => {
    const { records } = await run([]);
    const [first] = records as [JournalRecord];
    const later = { ...first, position: 2, time: '2026-01-01T01:00:00.000Z' };
    const messages = messagesOf([first, later], 1);
    const id = 'environment:test';
    const at1 = expected([first]).get(id);
    expect(at1).not.toEqual(expected([first, later]).get(id));
    const fold = await openFold(await database());
    const told: [string, boolean][] = [];
    fold.await(
      new Map([
        [id, { position: 1, hash: hashOf(at1) }],
        ['environment:prod', { position: 2, hash: 'another' }],
        ['environment:none', { position: 1, hash: '' }],
      ]),
      (of, same) => told.push([of, same]),
    );
    for (const message of messages) await fold.take(message);
    await fold.stored();
    await fold.close();
    expect(told).toEqual([
      [id, true],
      ['environment:prod', false],
    ]);
  });

  it('ends at a record that cannot be folded, or leaves it out and tells it where that is wanted', async () => {
    const broken = { ...refused(1), events: [{ type: 'release-committed' }] } as unknown as JournalRecord;
    const messages = messagesOf([broken, refused(2)], 2);
    const strict = await openFold(await database());
    await strict.take(messages[0]!);
    await expect(strict.stored()).rejects.toThrow(TypeError);
    await strict.close();
    const told: number[] = [];
    const documents = await database();
    const lenient = await openFold(documents, { onUnfoldable: ({ position }) => told.push(position) });
    await lenient.take(messages[0]!);
    await lenient.stored();
    await lenient.close();
    expect(told).toEqual([1]);
    expect([...(await bodiesOf(documents, belongsToFold)).keys()]).toContain('audit:00000002');
  });

  it('ends with what ends the store, and where it is told to', async () => {
    const documents = await database();
    const full: Documents = {
      ...documents,
      write: async (writes) =>
        writes.map(({ id }) => ({ id, ok: false, reason: 'conflict', detail: 'written' })),
    };
    const conflicting = await openFold(full);
    await conflicting.take(messagesOf([refused(1)], 1)[0]!);
    await expect(conflicting.stored()).rejects.toMatchObject({ code: 'CONFLICT' });
    await conflicting.close();
    const stop = new AbortController();
    const stopped = await openFold(documents, { signal: stop.signal });
    stop.abort();
    await expect(stopped.take(messagesOf([refused(1)], 1)[0]!)).rejects.toBeInstanceOf(AppError);
    await stopped.close();
  });
});

function refused(position: number): JournalRecord {
  return {
    v: 1,
    partition: 0,
    position,
    prev: null,
    time: '2026-01-01T00:00:00.000Z',
    command: { id: `id-${position}`, command: 'rollback', project: 'default', params: {} },
    commandHash: 'hash',
    actor: { name: 'local', roles: [] },
    via: 'commands',
    outcome: 'rejected',
    events: [],
  };
}
