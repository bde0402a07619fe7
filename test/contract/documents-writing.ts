import type { DocumentsSession } from './documents-session.js';
import { numbered, revOf } from './documents-session.js';

/** What a write promises. */
export function writing(session: DocumentsSession): void {
  describe('write', () => {
    it('replaces a document with its rev, and gives it a new one', async () => {
      const first = await session.create('a', { step: 1, gone: true });
      const [result] = await session.documents.write([{ id: 'a', rev: first, body: { step: 2 } }]);
      const second = revOf(result);
      expect(second).not.toBe(first);
      expect((await session.documents.get(['a'])).get('a')).toEqual({
        id: 'a',
        rev: second,
        body: { step: 2 },
      });
    });

    it('overwrites nothing without its rev, or with an old one', async () => {
      const first = await session.create('a', { step: 1 });
      const second = revOf((await session.documents.write([{ id: 'a', rev: first, body: { step: 2 } }]))[0]);
      const attempts = await session.documents.write([{ id: 'a', body: { step: 3 } }]);
      attempts.push(...(await session.documents.write([{ id: 'a', rev: first, body: { step: 3 } }])));
      for (const attempt of attempts)
        expect(attempt).toMatchObject({ id: 'a', ok: false, reason: 'conflict' });
      expect((await session.documents.get(['a'])).get('a')).toEqual({
        id: 'a',
        rev: second,
        body: { step: 2 },
      });
    });

    it('takes no rev for a document that does not exist', async () => {
      const rev = await session.create('a');
      const [result] = await session.documents.write([{ id: 'b', rev, body: {} }]);
      expect(result).toMatchObject({ id: 'b', ok: false, reason: 'conflict' });
      expect((await session.documents.get(['b'])).size).toBe(0);
    });

    it('succeeds or fails for each document alone, and answers in the order asked', async () => {
      const rev = await session.create('b');
      const results = await session.documents.write([
        { id: 'c', body: {} },
        { id: 'b', body: {} },
        { id: 'a', body: {} },
        { id: 'b', rev, body: { new: true } },
      ]);
      expect(results.map(({ id, ok }) => [id, ok])).toEqual([
        ['c', true],
        ['b', false],
        ['a', true],
        ['b', true],
      ]);
      expect([...(await session.documents.get(['a', 'b', 'c'])).keys()].sort()).toEqual(['a', 'b', 'c']);
      expect(await session.documents.write([])).toEqual([]);
    });

    it('writes the first of two new documents of one id', async () => {
      const results = await session.documents.write([
        { id: 'twice', body: { first: true } },
        { id: 'twice', body: { first: false } },
      ]);
      expect(results.map(({ ok }) => ok)).toEqual([true, false]);
      expect((await session.documents.get(['twice'])).get('twice')?.body).toEqual({ first: true });
    });

    it('refuses ids and fields that stores keep for themselves, and writes the others', async () => {
      const results = await session.documents.write([
        { id: '', body: {} },
        { id: 'fine', body: {} },
        { id: '_design/x', body: {} },
        { id: 'field', body: { _deleted: true } },
      ]);
      expect(results.map((result) => (result.ok ? 'ok' : result.reason))).toEqual([
        'refused',
        'ok',
        'refused',
        'refused',
      ]);
      expect(await session.documents.range({ start: '', end: 'zzz', limit: 9 })).toHaveLength(1);
    });

    it('takes 2,000 documents at once, and 12 MB', async () => {
      const ids = numbered('many:', 2000);
      const results = await session.documents.write(
        ids.map((id, index) => ({ id, body: { index, text: 'x'.repeat(6000) } })),
      );
      expect(results.map(({ id, ok }) => [id, ok])).toEqual(ids.map((id) => [id, true]));
      const found = await session.documents.range({ start: 'many:', end: 'many;', limit: 3000 });
      expect(found.map(({ id }) => id)).toEqual(ids);
      const revs = new Set(results.map((result, index) => found[index]?.rev === revOf(result)));
      expect([...revs]).toEqual([true]);
    });

    it('lets exactly one of several concurrent writers of a document win', async () => {
      const writers = Array.from({ length: 20 }, (_, index) => index);
      let rev: string | undefined;
      for (let round = 0; round < 5; round += 1) {
        const given = rev === undefined ? {} : { rev };
        const results = await Promise.all(
          writers.map((writer) =>
            session.documents.write([{ id: 'one', body: { round, writer }, ...given }]),
          ),
        );
        const winners = writers.filter((writer) => results[writer]?.[0]?.ok === true);
        expect(winners).toHaveLength(1);
        const stored = (await session.documents.get(['one'])).get('one');
        expect(stored?.body).toEqual({ round, writer: winners[0] });
        rev = stored?.rev;
      }
    });

    it('is seen by every read after it, and never in part of a document', async () => {
      let rev = await session.create('a', { left: 0, right: 0 });
      let writing = true;
      const reader = async (): Promise<void> => {
        while (writing) {
          const body = (await session.documents.get(['a'])).get('a')?.body;
          expect(body?.['left']).toBe(body?.['right']);
        }
      };
      const readers = [reader(), reader()];
      for (let step = 1; step <= 50; step += 1) {
        rev = revOf(
          (await session.documents.write([{ id: 'a', rev, body: { left: step, right: step } }]))[0],
        );
        expect((await session.documents.get(['a'])).get('a')?.body).toEqual({ left: step, right: step });
      }
      writing = false;
      await Promise.all(readers);
    });
  });
}
