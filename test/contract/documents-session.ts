import { randomUUID } from 'node:crypto';
import type { Documents, DocumentStore, DocumentWrite, WriteResult } from '../../src/ports/documents.js';

/** One store for the tests of a suite, and a database of its own for each test. */
export interface DocumentsSession {
  /** Names the installation that the store is. */
  readonly scope: string;
  readonly store: DocumentStore;
  readonly documents: Documents;
  /** Opens a store: the one that this scope had before, or an empty one. */
  openStore(scope: string): Promise<DocumentStore>;
  /** Makes one more database. */
  fresh(): Promise<Documents>;
  /** Writes a document that is not there yet, and returns its rev. */
  create(id: string, body?: Record<string, unknown>): Promise<string>;
}

/** Opens a store before the suite and closes it after. */
export function useDocuments(openStore: (scope: string) => Promise<DocumentStore>): DocumentsSession {
  const scope = `contract-${randomUUID()}`;
  let store: DocumentStore | undefined;
  let documents: Documents | undefined;
  let made = 0;

  const present = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the store is not open');
    return part;
  };
  const fresh = async (): Promise<Documents> => {
    made += 1;
    return present(store).create(`db-${made}`);
  };
  beforeAll(async () => {
    store = await openStore(scope);
  });
  beforeEach(async () => {
    documents = await fresh();
  });
  afterAll(async () => {
    for (const name of await present(store).list()) await present(store).drop(name);
    await present(store).close();
  });

  return {
    scope,
    get store() {
      return present(store);
    },
    get documents() {
      return present(documents);
    },
    openStore,
    fresh,
    create: async (id, body = {}) => revOf((await present(documents).write([{ id, body }]))[0]),
  };
}

/** The rev of a write that succeeded. */
export function revOf(result: WriteResult | undefined): string {
  if (result?.ok !== true) throw new Error(`not written: ${JSON.stringify(result)}`);
  return result.rev;
}

/** `prefix00000`, `prefix00001`, …: as many ids as asked for. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`);
}

/** A new document for each id; its body holds the index. */
export function writesOf(ids: readonly string[]): DocumentWrite[] {
  return ids.map((id, index) => ({ id, body: { index } }));
}
