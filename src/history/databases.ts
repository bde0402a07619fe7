import { readCheckpoint, type Checkpoint } from '../core/checkpoint.js';
import { CHECKPOINT_ID, REBUILD_ID, WRITER_ID } from '../core/ids.js';
import { readRebuildMark, type RebuildMark } from '../core/rebuild-mark.js';
import { AppError, hasCode } from '../errors.js';
import type { Databases, DatabaseStanding } from '../ports/databases.js';
import type { Documents, DocumentStore } from '../ports/documents.js';
import type { Log } from '../ports/system.js';

/** Names of databases of documents: others beside them are none of ours. */
const NAME = /^documents-[a-z0-9-]+$/;

/** What the documents outside the fold say of a database. */
export interface InspectedDatabase {
  readonly documents: Documents;
  readonly checkpoint: Checkpoint | undefined;
  readonly checkpointRev: string | undefined;
  readonly mark: RebuildMark | undefined;
  readonly markRev: string | undefined;
  /** A writer has worked in it: it is, or was, the current one. */
  readonly written: boolean;
}

/** Opens a database and reads what it says of itself; undefined if there is none of that name. */
export async function inspectDatabase(
  store: DocumentStore,
  name: string,
): Promise<InspectedDatabase | undefined> {
  try {
    const documents = await store.open(name);
    const found = await documents.get([CHECKPOINT_ID, REBUILD_ID, WRITER_ID]);
    return {
      documents,
      checkpoint: readCheckpoint(found.get(CHECKPOINT_ID)?.body),
      checkpointRev: found.get(CHECKPOINT_ID)?.rev,
      mark: readRebuildMark(found.get(REBUILD_ID)?.body),
      markRev: found.get(REBUILD_ID)?.rev,
      written: found.has(WRITER_ID),
    };
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** All databases of documents with what they say of themselves, in the order of their names. */
export async function inspectDatabases(store: DocumentStore): Promise<InspectedDatabase[]> {
  const found: InspectedDatabase[] = [];
  for (const name of await store.list()) {
    const database = NAME.test(name) ? await inspectDatabase(store, name) : undefined;
    if (database !== undefined) found.push(database);
  }
  return found;
}

export interface DatabasesOptions {
  readonly store: DocumentStore;
  /** The database that a rebuild of this process writes into. */
  readonly building: () => string | undefined;
  readonly log: Log;
}

/** Lists the databases of documents and drops those that nobody needs. */
export function createDatabases({ store, building, log }: DatabasesOptions): Databases {
  return {
    async list() {
      const current = await store.current();
      return (await inspectDatabases(store)).map((database) => standingOf(database, current));
    },
    async drop(name) {
      const inUse = (why: string): AppError => new AppError('DATABASE_IN_USE', `${name} ${why}`);
      if (!NAME.test(name) || !(await store.list()).includes(name))
        throw new AppError('NOT_FOUND', `There is no database ${name}; GET /v1/databases lists them.`);
      if (name === (await store.current())) throw inUse('is the one in use.');
      if (name === building()) throw inUse('is being built; cancel the rebuild first.');
      await store.drop(name);
      log.info({ database: name }, 'database-dropped');
    },
  };
}

function standingOf(database: InspectedDatabase, current: string | undefined): DatabaseStanding {
  const { documents, checkpoint, mark } = database;
  return {
    name: documents.name,
    state: stateOf(database, current),
    position: checkpoint?.state.position ?? 0,
    ...(checkpoint === undefined ? {} : { fold: checkpoint.fold }),
    ...(mark === undefined ? {} : { startedAt: mark.startedAt }),
  };
}

function stateOf(
  { documents, mark, written }: InspectedDatabase,
  current: string | undefined,
): DatabaseStanding['state'] {
  if (documents.name === current) return 'current';
  if (written) return 'former';
  return mark === undefined ? 'unfinished' : 'rebuild';
}
