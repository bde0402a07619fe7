import fc from 'fast-check';
import type { DocumentDifference } from '../../../src/core/document-difference.js';
import type { JournalRecord } from '../../../src/core/types.js';
import { awaitPositions } from '../../../src/history/await-positions.js';
import { compareDocuments, type Compared } from '../../../src/history/compare-documents.js';
import type { FoldedLines } from '../../../src/history/fold-anew.js';
import type { Documents } from '../../../src/ports/documents.js';
import { createFakeLog } from '../../support/fake-log.js';
import { foldInto, messagesOf, openFold } from '../../support/fold-lines.js';
import { histories, run } from '../../support/histories.js';
import { createDocumentsDisk, createMemoryStore } from '../../support/memory-documents.js';

interface World {
  readonly live: Documents;
  readonly folded: Documents;
  readonly messages: readonly FoldedLines[];
}

/** The live documents have `reached` messages, the folded ones `done`. */
async function world(records: readonly JournalRecord[], done: number, reached: number): Promise<World> {
  const store = createMemoryStore(createDocumentsDisk());
  const [live, folded] = [await store.create('documents-live'), await store.create('documents-folded')];
  const messages = messagesOf(records, 3);
  await foldInto(live, messages.slice(0, reached));
  await foldInto(folded, messages.slice(0, done));
  return { live, folded, messages };
}

interface Outcome extends Compared {
  readonly differences: readonly DocumentDifference[];
}

/** Compares; `onRead` is told whenever the live documents have been read. */
async function compare(
  { live, folded, messages }: World,
  moving: boolean,
  onRead = async (): Promise<void> => undefined,
): Promise<Outcome> {
  const differences: DocumentDifference[] = [];
  const fold = await openFold(folded);
  const watched: Documents = {
    ...live,
    range: async (options) => {
      const found = await live.range(options);
      await onRead();
      return found;
    },
    get: async (ids) => {
      const found = await live.get(ids);
      await onRead();
      return found;
    },
  };
  const outcome = await compareDocuments({
    folded,
    live: watched,
    liveReached: moving ? async () => undefined : undefined,
    position: () => fold.position(),
    foldOn: (awaited) =>
      awaitPositions(fold, awaited, async (position) => {
        for (const message of messages)
          if (message.state.position > fold.position() && fold.position() < position)
            await fold.take(message);
      }),
    log: createFakeLog(),
    signal: new AbortController().signal,
    onDifference: (difference) => differences.push(difference),
    onProgress: () => undefined,
  });
  await fold.close();
  return { ...outcome, differences };
}

/** Writes a document as somebody with access to the store would. */
async function overwrite(
  documents: Documents,
  id: string,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const found = (await documents.get([id])).get(id);
  const body = change({ ...found?.body });
  const [result] = await documents.write([{ id, ...(found === undefined ? {} : { rev: found.rev }), body }]);
  expect(result?.ok).toBe(true);
}

describe('comparing documents', () => {
  it('finds no difference while others go on writing, wherever the two stand', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), fc.nat(), async (history, one, other) => {
        const { records } = await run(history);
        const count = Math.ceil(records.length / 3) + 1;
        const [done, reached] = [one % count, other % count].sort((left, right) => left - right) as [
          number,
          number,
        ];
        const made = await world(records, done, reached);
        let next = reached;
        const outcome = await compare(made, true, async () => {
          // The writer goes on a little with every look at its documents.
          await foldInto(made.live, made.messages.slice(0, (next += 1)));
        });
        expect(outcome).toMatchObject({ differences: [], unsettled: 0 });
      }),
      { numRuns: 30 },
    );
  });

  it('finds no difference in documents that stand still and are partly ahead of their checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.nat(),
        fc.array(fc.boolean(), { minLength: 1 }),
        async (history, choice, kept) => {
          const { records } = await run(history);
          const messages = messagesOf(records, 3);
          const done = choice % (messages.length + 1);
          const made = await world(records, done, done);
          // Of the next batch some documents were stored before the end, and some were not.
          const ahead = (await world(records, 0, done + 1)).live;
          const all = await ahead.range({ start: '', end: '\uffff', limit: 10_000 });
          for (const [index, { id, body }] of all.entries())
            if (kept[index % kept.length] === true && id !== 'checkpoint')
              await overwrite(made.live, id, () => ({ ...body }));
          expect(await compare(made, false)).toMatchObject({ differences: [], unsettled: 0 });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('names every document that was changed, added or given another position, whether or not others go on writing', async () => {
    const edits = fc.record({
      what: fc.constantFrom('content', 'position', 'stone', 'added'),
      choice: fc.nat(),
      moving: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(histories, edits, async (history, { what, choice, moving }) => {
        const { records } = await run(history);
        const count = Math.ceil(records.length / 3);
        const made = await world(records, count, count);
        const ids = (await made.live.range({ start: 'a', end: 'ca', limit: 10_000 })).map(({ id }) => id);
        const id = what === 'added' ? 'function:public/default/added' : (ids[choice % ids.length] ?? '');
        await overwrite(made.live, id, (body) => {
          switch (what) {
            case 'content':
              return { ...body, planted: true };
            case 'position':
              return { ...body, position: 1_000_000 };
            case 'stone':
              return { deleted: true, position: body['position'] };
            case 'added':
              return { kind: 'function', position: 1 };
          }
        });
        const kind = {
          content: 'other-content',
          position: 'other-position',
          stone: 'other-content',
          added: 'unexpected',
        }[what];
        const { differences } = await compare(made, moving);
        expect(differences.map((one) => `${one.kind} ${one.id}`)).toEqual([`${kind} ${id}`]);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out what does not belong to the fold', async () => {
    const { records } = await run([]);
    const made = await world(records, 1, 1);
    for (const id of ['writer', 'rebuild', 'attempt:x', 'index:00001000'])
      await overwrite(made.live, id, () => ({ kind: 'x' }));
    expect((await compare(made, true)).differences).toEqual([]);
  });

  it('says how many documents it could not catch standing still', async () => {
    const { records } = await run([]);
    const made = await world(records, 1, 1);
    let count = 0;
    const change = (): Promise<void> =>
      overwrite(made.live, 'environment:test', (body) => ({ ...body, position: 100 + (count += 1) }));
    await change();
    const outcome = await compare(made, true, change);
    expect(outcome).toMatchObject({ differences: [], unsettled: 1 });
  });
});
