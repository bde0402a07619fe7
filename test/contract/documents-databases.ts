import { randomUUID } from 'node:crypto';
import type { DocumentsSession } from './documents-session.js';
import { numbered, revOf, writesOf } from './documents-session.js';

/** What a store promises of its databases and its pointer. */
export function databases(session: DocumentsSession): void {
  describe('databases', () => {
    it('are made empty, listed, opened and dropped', async () => {
      const other = await session.fresh();
      expect(await session.store.list()).toEqual(
        expect.arrayContaining([session.documents.name, other.name]),
      );
      await session.create('a');
      expect((await other.get(['a'])).size).toBe(0);
      const opened = await session.store.open(session.documents.name);
      expect(opened.name).toBe(session.documents.name);
      expect((await opened.get(['a'])).size).toBe(1);
      await session.store.drop(other.name);
      expect(await session.store.list()).not.toContain(other.name);
      expect((await session.documents.get(['a'])).size).toBe(1);
    });

    it('are not made twice', async () => {
      await session.create('a');
      await expect(session.store.create(session.documents.name)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect((await session.documents.get(['a'])).size).toBe(1);
    });

    it('that are not there are NOT_FOUND in every call', async () => {
      const missing = { code: 'NOT_FOUND' };
      await expect(session.store.open('never-made')).rejects.toMatchObject(missing);
      await expect(session.store.drop('never-made')).rejects.toMatchObject(missing);
      await expect(session.store.setCurrent('never-made')).rejects.toMatchObject(missing);
      await session.store.drop(session.documents.name);
      await expect(session.documents.get(['a'])).rejects.toMatchObject(missing);
      await expect(session.documents.range({ start: 'a', end: 'b', limit: 1 })).rejects.toMatchObject(
        missing,
      );
      await expect(session.documents.write([{ id: 'a', body: {} }])).rejects.toMatchObject(missing);
      await expect(session.store.open(session.documents.name)).rejects.toMatchObject(missing);
    });

    it('are empty when they are made anew after a drop', async () => {
      await session.create('a');
      await session.store.drop(session.documents.name);
      const again = await session.store.create(session.documents.name);
      expect((await again.get(['a'])).size).toBe(0);
      expect(await again.range({ start: '', end: 'zzz', limit: 1 })).toEqual([]);
      expect(revOf((await again.write([{ id: 'a', body: {} }]))[0])).not.toBe('');
    });

    it('have names of small letters, digits and hyphens', async () => {
      for (const bad of ['', 'Big', '1st', 'a/b', 'a_b', '../a', '-a']) {
        await expect(session.store.create(bad)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
      }
    });
  });

  describe('the pointer', () => {
    it('names the database that was made current last', async () => {
      const other = await session.fresh();
      await session.store.setCurrent(session.documents.name);
      expect(await session.store.current()).toBe(session.documents.name);
      await session.store.setCurrent(other.name);
      await session.store.setCurrent(other.name);
      expect(await session.store.current()).toBe(other.name);
    });

    it('is not a database, and not there before the first', async () => {
      const empty = await session.openStore(`${session.scope}-empty`);
      expect(await empty.current()).toBeUndefined();
      expect(await empty.list()).toEqual([]);
      const { name: first } = await empty.create('first');
      await empty.setCurrent(first);
      expect(await empty.current()).toBe(first);
      expect(await empty.list()).toEqual([first]);
      await empty.drop(first);
      await empty.close();
    });
  });

  it('keeps the installations of one server or disk apart', async () => {
    const other = await session.openStore(`other-${randomUUID()}`);
    const theirs = await other.create(session.documents.name);
    await session.create('a', { ours: true });
    await theirs.write([{ id: 'a', body: { ours: false } }]);
    expect((await session.documents.get(['a'])).get('a')?.body).toEqual({ ours: true });
    expect(await other.list()).toEqual([session.documents.name]);
    await other.drop(session.documents.name);
    expect((await session.documents.get(['a'])).size).toBe(1);
    await other.close();
  });

  it('keeps everything when it is closed and opened again, and answers CLOSED in between', async () => {
    const long = `${session.scope}-reopened`;
    const first = await session.openStore(long);
    const before = await first.create('kept');
    const ids = numbered('kept:', 300);
    const results = await before.write(writesOf(ids));
    await first.create('dropped').then((dropped) => first.drop(dropped.name));
    await first.setCurrent('kept');
    await first.close();
    await expect(first.current()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(before.get(['a'])).rejects.toMatchObject({ code: 'CLOSED' });
    const second = await session.openStore(long);
    expect(await second.current()).toBe('kept');
    expect(await second.list()).toEqual(['kept']);
    const after = await second.open('kept');
    const found = await after.range({ start: 'kept:', end: 'kept;', limit: 1000 });
    expect(found.map(({ id, rev }) => [id, rev])).toEqual(
      results.map((result) => [result.id, revOf(result)]),
    );
    const stale = await after.write([{ id: ids[0] ?? '', body: {} }]);
    expect(stale[0]).toMatchObject({ ok: false, reason: 'conflict' });
    await second.drop('kept');
    await second.close();
  });
}
