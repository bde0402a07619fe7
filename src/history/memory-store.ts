import type { Documents, DocumentWrite, StoredDocument, WriteResult } from '../ports/documents.js';
import { firstFrom } from './past-load.js';

/** One database of documents in memory, with the answers that the port promises. */
export function createMemoryStore(name: string): Documents {
  const stored = new Map<string, StoredDocument>();
  /** Ids in order, apart by kind, so that a new one moves few others. */
  const kinds = new Map<string, string[]>();
  let revs = 0;

  const idsOf = (id: string): string[] => {
    const kind = id.slice(0, id.indexOf(':') + 1);
    let ids = kinds.get(kind);
    if (ids === undefined) kinds.set(kind, (ids = []));
    return ids;
  };
  const write = ({ id, rev, body }: DocumentWrite): WriteResult => {
    const before = stored.get(id);
    if (before?.rev !== rev)
      return { id, ok: false, reason: 'conflict', detail: `${id} was written by another` };
    if (before === undefined) {
      const ids = idsOf(id);
      ids.splice(firstFrom(ids, id), 0, id);
    }
    revs += 1;
    stored.set(id, { id, rev: String(revs), body });
    return { id, ok: true, rev: String(revs) };
  };

  return {
    name,
    get: async (ids) => new Map(ids.flatMap((id) => stored.get(id) ?? []).map((found) => [found.id, found])),
    async range({ start, end, limit, descending = false }) {
      // A range never reaches beyond a kind, but for that of everything.
      const ids = start.includes(':') ? idsOf(start) : [...kinds.values()].flat().sort();
      const low = firstFrom(ids, start);
      const high = Math.max(low, firstFrom(ids, end));
      const count = Math.min(high - low, limit);
      const page = descending ? ids.slice(high - count, high).reverse() : ids.slice(low, low + count);
      return page.flatMap((id) => stored.get(id) ?? []);
    },
    write: async (writes) => writes.map(write),
  };
}
