import { randomBytes } from 'node:crypto';
import { readCheckpoint, type Checkpoint } from '../core/checkpoint.js';
import { CHECKPOINT_ID } from '../core/ids.js';
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
