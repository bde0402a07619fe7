import type { DocumentsSession } from './documents-session.js';
import { numbered, writesOf } from './documents-session.js';

/** JSON that stores and encodings trip over. `_` at the top belongs to CouchDB. */
const ODD_BODIES: Record<string, Record<string, unknown>> = {
  empty: {},
  'empty values': { '': '', list: [], object: {}, nothing: null },
  numbers: { values: [0, -1, 0.1, 1e21, 5e-324, 9007199254740991, -1.7976931348623157e308] },
  'text beyond ASCII': { 'größe “ü”': '日本 🚀 é \u0000 \u001f \u2028 \ufeff \\ " \n' },
  'names of JavaScript': nested('{"constructor":1,"toString":{"length":0},"hasOwnProperty":null}'),
  'names of CouchDB below the top': { inside: { _id: 'x', _rev: '1-a', _deleted: true, _attachments: {} } },
  'deep nesting': nested(`${'{"a":['.repeat(50)}1${']}'.repeat(50)}`),
  'many fields': Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`field ${index}`, index])),
};

function nested(json: string): Record<string, unknown> {
  return { inside: JSON.parse(json) as unknown };
}

/** What becomes of a document, and how it is found. `keepsProto`: fields named `__proto__` survive. */
export function reading(session: DocumentsSession, keepsProto: boolean): void {
  describe('a document', () => {
    it.each(Object.entries(ODD_BODIES))('comes back as it was written: %s', async (_, body) => {
      const rev = await session.create('odd', body);
      expect([...(await session.documents.get(['odd'])).values()]).toEqual([{ id: 'odd', rev, body }]);
      expect(await session.documents.range({ start: 'o', end: 'p', limit: 2 })).toEqual([
        { id: 'odd', rev, body },
      ]);
    });

    (keepsProto ? it : it.skip)('may have fields named __proto__ below the top', async () => {
      const json = '{"__proto__":{"polluted":true},"list":[{"__proto__":1}]}';
      await session.create('proto', nested(json));
      const body = (await session.documents.get(['proto'])).get('proto')?.body;
      expect(JSON.stringify(body?.['inside'])).toBe(json);
      expect(Object.hasOwn({}, 'polluted')).toBe(false);
    });

    it('may have 1 MB of text', async () => {
      const body = { text: 'ü'.repeat(500_000) };
      await session.create('large', body);
      expect((await session.documents.get(['large'])).get('large')?.body).toEqual(body);
    });

    it('is written as it was when write was called', async () => {
      const body = { list: ['before'] };
      const writing = session.documents.write([{ id: 'a', body }]);
      body.list.push('after');
      await writing;
      expect((await session.documents.get(['a'])).get('a')?.body).toEqual({ list: ['before'] });
    });

    it('may have any id with slashes, colons, spaces and percent signs', async () => {
      const ids = ['function:a/b/c', 'a/b', 'a%2Fb', 'a b', 'a+b', 'a?b=c&d', 'a#b', '"a"', '../a', 'Ü日🚀'];
      await session.documents.write(writesOf(ids));
      const found = await session.documents.get(ids);
      expect([...found.keys()].sort()).toEqual([...ids].sort());
      for (const [index, id] of ids.entries()) expect(found.get(id)?.body).toEqual({ index });
    });
  });

  describe('get', () => {
    it('leaves out what does not exist, and asks for nothing twice', async () => {
      await session.documents.write(writesOf(['a', 'c']));
      const found = await session.documents.get(['a', 'b', 'c', 'a', 'b', 'd/e', '_x']);
      expect([...found.keys()].sort()).toEqual(['a', 'c']);
      expect(await session.documents.get([])).toEqual(new Map());
    });

    it('finds 2,000 documents at once', async () => {
      const ids = numbered('document:', 2000);
      await session.documents.write(writesOf(ids));
      const found = await session.documents.get(ids);
      expect(ids.map((id) => found.get(id)?.body)).toEqual(ids.map((_, index) => ({ index })));
    });
  });

  describe('range', () => {
    const ids = [
      'release:b:1',
      'stage:a',
      'release:a:2',
      'release:a/x:1',
      'release:a:1',
      'release:a:3',
      'release:a;',
    ];
    const range = async (start: string, end: string, more = {}): Promise<string[]> => {
      const found = await session.documents.range({ start, end, limit: 100, ...more });
      return found.map(({ id }) => id);
    };
    beforeEach(() => session.documents.write(writesOf(ids)));

    it('gives the documents of a prefix in the order of their ids', async () => {
      expect(await range('release:a:', 'release:a;')).toEqual(['release:a:1', 'release:a:2', 'release:a:3']);
      expect(await range('release:a/', 'release:a0')).toEqual(['release:a/x:1']);
      expect(await range('', 'zzz')).toEqual([...ids].sort());
    });

    it('includes its start and excludes its end, in both directions', async () => {
      const expected = ['release:a:1', 'release:a:2'];
      expect(await range('release:a:1', 'release:a:3')).toEqual(expected);
      expect(await range('release:a:1', 'release:a:3', { descending: true })).toEqual(
        [...expected].reverse(),
      );
    });

    it('begins at the other end when descending, and keeps to the limit', async () => {
      expect(await range('release:a:', 'release:a;', { limit: 2 })).toEqual(['release:a:1', 'release:a:2']);
      const last = ['release:a:3', 'release:a:2'];
      expect(await range('release:a:', 'release:a;', { limit: 2, descending: true })).toEqual(last);
      expect(await range('release:a:', 'release:a:9', { limit: 2, descending: true })).toEqual(last);
      expect(await range('', 'zzz', { limit: 1, descending: true })).toEqual(['stage:a']);
    });

    it('is empty where nothing lies in it', async () => {
      expect(await range('release:c', 'release:d')).toEqual([]);
      expect(await range('release:a:1', 'release:a:1')).toEqual([]);
      expect(await range('release:a:3', 'release:a:1')).toEqual([]);
      expect(await range('release:a:', 'release:b:', { limit: 0 })).toEqual([]);
    });

    it('gives pages that meet without gap or repeat', async () => {
      const many = numbered('page:', 250);
      await session.documents.write(writesOf(many));
      const seen: string[] = [];
      let start = 'page:';
      for (;;) {
        const page = await range(start, 'page;', { limit: 40 });
        seen.push(...page);
        if (page.length < 40) break;
        start = `${page.at(-1) ?? ''}\0`;
      }
      expect(seen).toEqual(many);
    });
  });
}
