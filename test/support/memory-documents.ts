import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../src/errors.js';
import type {
  Documents,
  DocumentStore,
  DocumentWrite,
  StoredDocument,
  WriteResult,
} from '../../src/ports/documents.js';

/** What a document store keeps when its process ends. */
export interface DocumentsDisk {
  readonly databases: Map<string, Map<string, { readonly rev: string; readonly json: string }>>;
  current: string | undefined;
  /** How to undo each change, oldest first. */
  readonly written: (() => void)[];
}

export function createDocumentsDisk(): DocumentsDisk {
  return { databases: new Map(), current: undefined, written: [] };
}

export interface MemoryStoreOptions {
  /** Turns of the event loop that a bulk write takes, so that work piles up behind it. @defaultValue 0 */
  readonly turns?: number;
}

/** A document store on a disk in memory, with the answers that the port promises. */
export function createMemoryStore(
  disk: DocumentsDisk,
  { turns = 0 }: MemoryStoreOptions = {},
): DocumentStore {
  const database = (name: string): Map<string, { readonly rev: string; readonly json: string }> => {
    const found = disk.databases.get(name);
    if (found === undefined) throw new AppError('NOT_FOUND', `There is no database ${name}.`);
    return found;
  };
  const read = (name: string, id: string): StoredDocument[] => {
    const stored = database(name).get(id);
    if (stored === undefined) return [];
    return [{ id, rev: stored.rev, body: JSON.parse(stored.json) as StoredDocument['body'] }];
  };
  const write = (name: string, { id, rev, body }: DocumentWrite): WriteResult => {
    const kept = database(name);
    const old = kept.get(id);
    const before = old?.rev;
    if (before !== rev)
      return { id, ok: false, reason: 'conflict', detail: `It is at ${String(before)}, not ${String(rev)}.` };
    const next = String(Number(before ?? 0) + 1);
    disk.written.push(() => (old === undefined ? kept.delete(id) : kept.set(id, old)));
    kept.set(id, { rev: next, json: JSON.stringify(body) });
    return { id, ok: true, rev: next };
  };
  const documents = (name: string): Documents => ({
    name,
    get: async (ids) => new Map(ids.flatMap((id) => read(name, id)).map((found) => [found.id, found])),
    async range({ start, end, limit, descending = false }) {
      const ids = [...database(name).keys()].filter((id) => id >= start && id < end).sort();
      if (descending) ids.reverse();
      return ids.slice(0, limit).flatMap((id) => read(name, id));
    },
    async write(writes) {
      const results = writes.map((one) => write(name, one));
      for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      return results;
    },
  });
  return {
    kind: 'embedded',
    current: async () => disk.current,
    async setCurrent(name) {
      database(name);
      const before = disk.current;
      disk.written.push(() => (disk.current = before));
      disk.current = name;
    },
    async open(name) {
      database(name);
      return documents(name);
    },
    async create(name) {
      if (disk.databases.has(name)) throw new AppError('CONFLICT', `There is a database ${name} already.`);
      disk.databases.set(name, new Map());
      disk.written.push(() => disk.databases.delete(name));
      return documents(name);
    },
    async drop(name) {
      const before = database(name);
      disk.written.push(() => disk.databases.set(name, before));
      disk.databases.delete(name);
    },
    list: async () => [...disk.databases.keys()].sort(),
    close: async () => undefined,
  };
}
