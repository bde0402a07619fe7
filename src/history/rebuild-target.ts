import { randomBytes } from 'node:crypto';
import { REBUILD_ID } from '../core/ids.js';
import { rebuildMarkBody, type RebuildMark } from '../core/rebuild-mark.js';
import { AppError } from '../errors.js';
import type { Documents, DocumentStore } from '../ports/documents.js';
import type { Clock, Log } from '../ports/system.js';
import { FOLD_VERSION } from '../projections/fold.js';
import { inspectDatabases, type InspectedDatabase } from './databases.js';

export interface RebuildTargetOptions {
  readonly store: DocumentStore;
  /** Begin anew, whatever an earlier rebuild has left. */
  readonly fresh: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** The database that a rebuild folds into. */
export interface RebuildTarget extends Pick<InspectedDatabase, 'documents' | 'checkpoint' | 'checkpointRev'> {
  /** Nothing is written there from now on, but by the writer. */
  ready(): Promise<void>;
}

/** Takes up the database of a rebuild that was cancelled or killed, or makes a new one. */
export async function openRebuildTarget(options: RebuildTargetOptions): Promise<RebuildTarget> {
  const { store, fresh, clock, log } = options;
  const current = await store.current();
  const left = (await inspectDatabases(store)).filter(
    ({ documents, mark, written }) => mark !== undefined && !written && documents.name !== current,
  );
  const useful = fresh ? [] : left.filter(canGoOn).sort((one, other) => reached(other) - reached(one));
  const [found] = useful;
  for (const { documents } of left.filter((one) => one !== found)) {
    await store.drop(documents.name);
    log.info({ database: documents.name }, 'rebuild-dropped');
  }
  const startedAt = found?.mark?.startedAt ?? new Date(clock.now()).toISOString();
  const documents = found?.documents ?? (await store.create(`documents-${randomBytes(4).toString('hex')}`));
  const mark = createMark(documents, found?.markRev);
  await mark({ state: 'folding', startedAt });
  log.info({ database: documents.name, position: reached(found) }, 'rebuild-begun');
  return {
    documents,
    checkpoint: found?.checkpoint,
    checkpointRev: found?.checkpointRev,
    ready: () => mark({ state: 'ready', startedAt }),
  };
}

/** Its checkpoint, if there is one, is its own and of the fold of today. */
function canGoOn({ documents, checkpoint }: InspectedDatabase): boolean {
  if (checkpoint === undefined) return true;
  return checkpoint.fold === FOLD_VERSION && checkpoint.database === documents.name;
}

function reached(database: InspectedDatabase | undefined): number {
  return database?.checkpoint?.state.position ?? 0;
}

function createMark(documents: Documents, known: string | undefined): (mark: RebuildMark) => Promise<void> {
  let rev = known;
  return async (mark) => {
    const body = rebuildMarkBody(mark);
    const write = { id: REBUILD_ID, ...(rev === undefined ? {} : { rev }), body };
    const [result] = await documents.write([write]);
    if (result?.ok !== true)
      throw new AppError('CONFLICT', `Another rebuild writes into ${documents.name}; wait for it.`);
    ({ rev } = result);
  };
}
