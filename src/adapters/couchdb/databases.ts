import { AppError } from '../../errors.js';
import type { Documents, RangeOptions, StoredDocument } from '../../ports/documents.js';
import { createBulkWrite } from './bulk-write.js';
import type { Couch, CouchRequest } from './request.js';
import { documentOf, rowsOf, type Row } from './rows.js';

const MAX_IDS = 1_000;

/** The error for a database that is not there. */
export function noDatabase(name: string): AppError {
  return new AppError('NOT_FOUND', `There is no database ${name}.`);
}

/** The documents of one CouchDB database; `name` is what the port calls it. */
export function createCouchDocuments(couch: Couch, database: string, name: string): Documents {
  const allDocs = async (request: Omit<CouchRequest, 'database' | 'path'>): Promise<Row[]> => {
    const answer = await couch({ ...request, database, path: '_all_docs' });
    if (answer.ok) return rowsOf(answer.body);
    if (answer.status === 404) throw noDatabase(name);
    throw new AppError('ENGINE_UNAVAILABLE', `CouchDB refused to read ${database}: ${answer.reason}`);
  };

  const getSome = async (ids: readonly string[]): Promise<StoredDocument[]> => {
    const json = JSON.stringify({ keys: ids });
    const rows = await allDocs({ method: 'POST', query: { include_docs: true }, json });
    return rows.map(documentOf).filter((document) => document !== undefined);
  };

  /**
   * CouchDB includes the key that it begins with: backwards that is the end, which the port excludes, so one row more is
   * asked for. Rows that are none of ours (design documents) are left out, and what they cost is read behind them.
   */
  const readRange = async (options: RangeOptions): Promise<StoredDocument[]> => {
    const { start, end, limit, descending = false } = options;
    const asked = descending ? limit + 1 : limit;
    const [startkey, endkey] = descending ? [end, start] : [start, end];
    const rows = await allDocs({
      method: 'GET',
      query: { include_docs: true, inclusive_end: descending, descending, startkey, endkey, limit: asked },
    });
    const found = rows
      .filter((row) => row.id !== end && row.id?.startsWith('_') !== true)
      .map(documentOf)
      .filter((document) => document !== undefined)
      .slice(0, limit);
    const last = rows.at(-1)?.id;
    if (found.length === limit || rows.length < asked || last === undefined) return found;
    const left = limit - found.length;
    const behind = descending ? { end: last } : { start: `${last}\0` };
    return [...found, ...(await readRange({ ...options, ...behind, limit: left }))];
  };

  return {
    name,
    get: async (ids) => {
      const wanted = [...new Set(ids)];
      const found = new Map<string, StoredDocument>();
      for (let at = 0; at < wanted.length; at += MAX_IDS) {
        for (const document of await getSome(wanted.slice(at, at + MAX_IDS)))
          found.set(document.id, document);
      }
      return found;
    },
    range: async (options) => {
      if (options.limit <= 0 || options.start >= options.end) return [];
      return readRange(options);
    },
    write: createBulkWrite(couch, database, () => noDatabase(name)),
  };
}
