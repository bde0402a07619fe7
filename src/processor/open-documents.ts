import { randomBytes } from 'node:crypto';
import { readCheckpoint, type Checkpoint } from '../core/checkpoint.js';
import { CHECKPOINT_ID, REBUILD_ID } from '../core/ids.js';
import { readRebuildMark } from '../core/rebuild-mark.js';
import { hasCode } from '../errors.js';
import type { Documents, DocumentStore } from '../ports/documents.js';
import { FOLD_VERSION } from '../projections/fold.js';
import type { Log } from '../ports/system.js';

/** The current database, and how far its documents are. */
export interface OpenedDocuments {
  readonly documents: Documents;
  readonly checkpoint: Checkpoint | undefined;
  readonly checkpointRev: string | undefined;
}

/** Opens the database that the pointer names. Where there is none, or it is gone, or its checkpoint belongs to another one, a new one is made and folded from the journal's beginning. */
export async function openDocuments(store: DocumentStore, log: Log): Promise<OpenedDocuments> {
  const name = await store.current();
  if (name !== undefined) {
    try {
      const documents = await store.open(name);
      const stored = (await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID);
      const checkpoint = readCheckpoint(stored?.body);
      const fits = checkpoint?.fold === FOLD_VERSION && checkpoint.database === documents.name;
      if (checkpoint === undefined || fits) return { documents, checkpoint, checkpointRev: stored?.rev };
      const { database: checkpointOf, fold } = checkpoint;
      log.warn({ database: name, checkpointOf, fold, wanted: FOLD_VERSION }, 'documents-do-not-fit');
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      log.warn({ database: name }, 'documents-are-gone');
    }
  }
  return newDocuments(store, log);
}

/** Opens the database that a switch asks for; undefined, and said why, if the writer cannot go on with it: it goes on with the current one then. */
export async function openSwitched(
  store: DocumentStore,
  name: string,
  log: Log,
): Promise<OpenedDocuments | undefined> {
  let fault: string | undefined;
  try {
    const documents = await store.open(name);
    const found = await documents.get([CHECKPOINT_ID, REBUILD_ID]);
    const stored = found.get(CHECKPOINT_ID);
    const checkpoint = readCheckpoint(stored?.body);
    if (checkpoint === undefined) fault = 'it has no checkpoint';
    else if (checkpoint.database !== name) fault = `its checkpoint belongs to ${checkpoint.database}`;
    else if (checkpoint.fold !== FOLD_VERSION)
      fault = `it was made by fold ${checkpoint.fold}, this is ${FOLD_VERSION}`;
    else if (readRebuildMark(found.get(REBUILD_ID)?.body)?.state === 'folding')
      fault = 'a rebuild still writes into it';
    else return { documents, checkpoint, checkpointRev: stored?.rev };
  } catch (error) {
    if (!hasCode(error, 'NOT_FOUND')) throw error;
    fault = 'there is none of that name';
  }
  log.warn({ database: name, reason: fault }, 'documents-not-switched');
  return undefined;
}

/** Drops a database that never became the current one. */
export async function dropUnused(store: DocumentStore, opened: OpenedDocuments): Promise<void> {
  if ((await store.current()) !== opened.documents.name) await store.drop(opened.documents.name);
}

/** Makes an empty database. It becomes the current one when it is folded and fits; the one before is kept for people to look at. */
export async function newDocuments(store: DocumentStore, log: Log): Promise<OpenedDocuments> {
  const documents = await store.create(`documents-${randomBytes(4).toString('hex')}`);
  log.info({ database: documents.name }, 'documents-fold-anew');
  return { documents, checkpoint: undefined, checkpointRev: undefined };
}
