import type { Log } from '../../ports/system.js';
import { AppError } from '../../errors.js';
import type { Documents, DocumentStore, DocumentWrite } from '../../ports/documents.js';
import { decodeDocument, documentKey, refusalOf } from './documents-codec.js';
import { noDatabase, type Change, type Outcome, type Prepared } from './documents-commit.js';
import { openDocumentsEngine, type DocumentsEngine } from './documents-engine.js';
import { createSlot } from './slot.js';

export interface LevelDocumentStoreOptions {
  /** The data directory; the documents are in `<dir>/documents`. */
  readonly dir: string;
  readonly log?: Log | undefined;
}

const NAME = /^[a-z][a-z0-9-]*$/;

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new AppError(
    'INVALID_CONFIG',
    `'${name}' is no name of a database: use small letters, digits and hyphens.`,
  );
}

/** Bodies become JSON at once: what the caller changes afterwards is not written. */
function prepare(write: DocumentWrite): Prepared {
  const refusal = refusalOf(write);
  if (refusal !== undefined) return { id: write.id, refusal };
  return { id: write.id, rev: write.rev, json: JSON.stringify(write.body) };
}

/**
 * The embedded document store: LevelDB, for one process.
 *
 * Writes are answered when the operating system has them: the end of the process loses nothing, a loss of power may take the
 * newest of them. If it took one between others, all databases are dropped when the store is opened. Reads see what is committed. After a disk error the next call opens the database anew.
 *
 * Rejects with LEASE_HELD when another process has the directory, ENGINE_UNAVAILABLE when it cannot be opened.
 */
export async function createLevelDocumentStore({
  dir,
  log,
}: LevelDocumentStoreOptions): Promise<DocumentStore> {
  const slot = await createSlot(() => openDocumentsEngine(dir, log));

  const change = async (wanted: Change): Promise<Exclude<Outcome, AppError>> => {
    const outcome = await (await slot.use()).change(wanted);
    if (outcome instanceof AppError) throw outcome;
    return outcome;
  };

  /** Runs a read in the database of that name. */
  const read = async <T>(
    name: string,
    work: (engine: DocumentsEngine, generation: number) => Promise<T>,
  ): Promise<T> => {
    const engine = await slot.use();
    const generation = engine.registry.databases.get(name);
    if (generation === undefined) throw noDatabase(name);
    try {
      return await work(engine, generation);
    } catch (error) {
      throw engine.unavailable(error);
    }
  };

  const documents = (name: string): Documents => ({
    name,
    get: (ids) =>
      read(name, async (engine, generation) => {
        const values = await engine.read(ids.map((id) => documentKey(generation, id)));
        const found = values.filter((value) => value !== undefined).map(decodeDocument);
        return new Map(found.map((document) => [document.id, document]));
      }),
    range: ({ start, end, limit, descending = false }) =>
      read(name, async ({ db }, generation) => {
        if (limit <= 0 || start >= end) return [];
        const limits = { gte: documentKey(generation, start), lt: documentKey(generation, end), limit };
        const snapshot = db.snapshot();
        try {
          // An iterator over values would hold the last ones until it is collected as garbage.
          const keys = await db.keys({ ...limits, reverse: descending, snapshot }).all();
          const values = await db.getMany(keys, { snapshot });
          return values.filter((value) => value !== undefined).map(decodeDocument);
        } finally {
          await snapshot.close();
        }
      }),
    write: async (writes) => change({ kind: 'write', database: name, writes: writes.map(prepare) }),
  });

  return {
    kind: 'embedded',
    current: async () => (await slot.use()).registry.current,
    setCurrent: async (name) => {
      await change({ kind: 'point', database: name });
    },
    open: async (name) => {
      if (!(await slot.use()).registry.databases.has(name)) throw noDatabase(name);
      return documents(name);
    },
    create: async (name) => {
      checkName(name);
      await change({ kind: 'create', database: name });
      return documents(name);
    },
    drop: async (name) => {
      await change({ kind: 'drop', database: name });
    },
    list: async () => [...(await slot.use()).registry.databases.keys()].sort(),
    close: slot.close,
  };
}
