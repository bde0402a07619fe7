import { createRecentCache } from '../../core/recent-cache.js';
import type { AppError } from '../../errors.js';
import type { Log } from '../../ports/system.js';
import { openDatabase, unavailable, type Database, type Operation } from './database.js';
import {
  databaseKey,
  databaseRange,
  documentKey,
  droppedKey,
  GENERATION_KEY,
  POINTER_KEY,
  revOf,
} from './documents-codec.js';
import { planChanges, type Change, type Outcome, type Registry } from './documents-commit.js';
import { createGroupCommit } from './group-commit.js';
import type { Engine } from './slot.js';
import { clearTrail, readTrail, type WriteTrail } from './write-trail.js';

/** Versions of documents kept in memory, so that a write need not read. */
const MAX_REVS = 100_000;
/** There is no such document. No version is empty. */
const NONE = '';

/** One opening of the document database. */
export interface DocumentsEngine extends Engine {
  readonly db: Database;
  /** As committed. */
  readonly registry: Registry;
  /** Reads documents, and keeps in mind which version of each there is, so that a write need not look again. */
  read(keys: readonly string[]): Promise<(Buffer | undefined)[]>;
  /** Resolves when the change is on disk, or refused. */
  change(change: Change): Promise<Outcome>;
  unavailable(error: unknown): AppError;
}

interface Pending {
  readonly change: Change;
  readonly bytes: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

function sizeOf(change: Change): number {
  if (change.kind !== 'write') return 0;
  return change.writes.reduce((sum, write) => sum + ('json' in write ? write.json.length : 0), 0);
}

async function load(db: Database): Promise<Registry> {
  const databases = new Map<string, number>();
  const prefix = databaseKey('');
  for (const [key, value] of await db.iterator({ gte: prefix, lt: 'n\x01' }).all()) {
    databases.set(key.slice(prefix.length), Number(value.toString()));
  }
  const current = await db.get(POINTER_KEY);
  const generation = await db.get(GENERATION_KEY);
  return { databases, current: current?.toString(), generation: Number(generation?.toString() ?? '0') };
}

/** Documents are missing between others: no database can be believed, and each is folded anew from the journal. */
async function dropAll(db: Database): Promise<void> {
  const { databases } = await load(db);
  const operations: Operation[] = [{ type: 'del', key: POINTER_KEY }];
  for (const [name, number] of databases) {
    operations.push({ type: 'del', key: databaseKey(name) });
    operations.push({ type: 'put', key: droppedKey(number), value: Buffer.from('') });
  }
  await db.batch(operations, { sync: true });
  await clearTrail(db);
}

/** Opens the document database. */
export async function openDocumentsEngine(dir: string, log?: Log): Promise<DocumentsEngine> {
  const db = await openDatabase(dir, 'documents');
  const revs = createRecentCache<string>(MAX_REVS);
  let registry: Registry;
  let planned: { readonly outcomes: readonly Outcome[]; readonly registry: Registry };
  let failure: AppError | undefined;
  let clearing: Promise<void> = Promise.resolve();

  const wrap = (error: unknown): AppError => unavailable(`The document store in ${dir}`, error);

  /** Deletes the documents of dropped databases; after a crash it goes on at the next opening. */
  const clearDropped = async (): Promise<void> => {
    const prefix = droppedKey('');
    for (const key of await db.keys({ gte: prefix, lt: 'x\x01' }).all()) {
      await db.clear(databaseRange(Number(key.slice(prefix.length))));
      await db.del(key);
    }
  };
  const clearSoon = (): void => {
    clearing = clearing.then(clearDropped).catch(() => undefined);
  };

  /** The present versions of everything that is to be written. */
  const versions = async (pending: readonly Pending[]): Promise<Map<string, string | undefined>> => {
    const found = new Map<string, string | undefined>();
    const missing: string[] = [];
    for (const { change } of pending) {
      const number = registry.databases.get(change.database);
      if (change.kind !== 'write' || number === undefined) continue;
      for (const { id } of change.writes) {
        const key = documentKey(number, id);
        if (found.has(key)) continue;
        const known = revs.get(key);
        found.set(key, known === NONE ? undefined : known);
        if (known === undefined) missing.push(key);
      }
    }
    const values = missing.length === 0 ? [] : await db.getMany(missing);
    missing.forEach((key, index) => {
      const value = values[index];
      if (value) found.set(key, revOf(value));
    });
    return found;
  };

  const remember = (found: ReadonlyMap<string, string | undefined>): void => {
    for (const [key, rev] of found) if (rev !== undefined) revs.set(key, rev);
    revs.trim();
  };

  const committer = createGroupCommit<Pending>({
    db,
    // Documents can be folded again from the journal. A loss of power takes the newest; that one in the middle is missing
    // is seen from the trail.
    synced: ({ change }) => change.kind !== 'write',
    sizeOf: ({ bytes }) => bytes,
    assemble: async (pending) => {
      const found = await versions(pending);
      const plan = planChanges(
        pending.map(({ change }) => change),
        registry,
        found,
      );
      planned = plan;
      remember(found);
      if (plan.operations.length > 0)
        plan.operations.push(...trail.next(pending.reduce((sum, { bytes }) => sum + bytes, 0)));
      return plan.operations;
    },
    committed: (pending) => {
      registry = planned.registry;
      pending.forEach(({ change, resolve }, index) => {
        resolve(planned.outcomes[index] ?? []);
        if (change.kind === 'drop') clearSoon();
      });
    },
    failed: (pending, error) => {
      failure ??= wrap(error);
      for (const { reject } of pending) reject(failure);
    },
  });

  let trail: WriteTrail;
  try {
    const found = await readTrail(db);
    trail = found.trail;
    if (!found.whole) {
      log?.warn({ dir }, 'documents-lost-with-the-power');
      await dropAll(db);
      ({ trail } = await readTrail(db));
    }
    registry = await load(db);
  } catch (error) {
    await db.close().catch(() => undefined);
    throw wrap(error);
  }
  planned = { outcomes: [], registry };
  clearSoon();

  const read: DocumentsEngine['read'] = async (keys) => {
    const { rotations } = revs;
    const values = await db.getMany([...keys]);
    // A write that came meanwhile has said what there is since, unless that was let go of.
    if (rotations === revs.rotations) {
      keys.forEach((key, index) => {
        const value = values[index];
        if (revs.get(key) === undefined) revs.set(key, value === undefined ? NONE : revOf(value));
      });
    }
    return values;
  };

  return {
    db,
    read,
    get failed() {
      return failure !== undefined;
    },
    get registry() {
      return registry;
    },
    change: (change) =>
      new Promise((resolve, reject) => {
        committer.push({ change, bytes: sizeOf(change), resolve, reject });
      }),
    unavailable: wrap,
    close: async () => {
      await committer.drain();
      await clearing;
      await db.close().catch(() => undefined);
    },
  };
}
