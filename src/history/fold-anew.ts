import type { Checkpoint } from '../core/checkpoint.js';
import { hashOf } from '../core/canonical.js';
import type { JournalState, RecordLine } from '../core/journal.js';
import { isAborted, pause } from '../core/pause.js';
import type { StartPoint } from '../core/start-point.js';
import type { JournalRecord } from '../core/types.js';
import { AppError } from '../errors.js';
import type { Documents } from '../ports/documents.js';
import type { Log } from '../ports/system.js';
import { createKeeper, indexedFrom } from '../processor/keeper.js';
import { bodyOf, createOverlay } from '../processor/overlay.js';
import { FOLD_VERSION, foldRecord, touchedIds, type Versioned } from '../projections/fold.js';

/** Documents kept in memory besides those that are not stored yet. */
const MAX_CACHED = 20_000;
/** Documents folded and not stored at most. */
const MAX_UNSTORED = 20_000;
/** Records folded on one layer, whose documents are asked for together, by number and bytes. */
const LAYER_RECORDS = 500;
const LAYER_BYTES = 4 * 1024 * 1024;

/** Records that count, as they come out of one message. */
export interface FoldedLines {
  readonly lines: readonly RecordLine[];
  readonly state: JournalState;
  readonly startId: string;
}

/** A document that is awaited: as it is at a position, by the hash of its body. */
export interface Awaited {
  readonly position: number;
  readonly hash: string;
}

export interface FoldAnewOptions {
  readonly documents: Documents;
  /** Where the database stands; undefined: it is empty. */
  readonly checkpoint: Checkpoint | undefined;
  readonly checkpointRev: string | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of a record that the fold cannot take, which is left out then. @defaultValue it ends the fold */
  readonly onUnfoldable?: (record: JournalRecord, reason: unknown) => void;
}

export interface FoldAnew {
  /** The last position taken. */
  readonly position: () => number;
  /** Where to read on. */
  place(): StartPoint | undefined;
  /** Folds the next records; waits while too much is not stored yet. */
  take(lines: FoldedLines): Promise<void>;
  /** Resolves when everything taken is stored, and the checkpoint with it. */
  stored(): Promise<void>;
  /** Has documents compared when they reach a position: `tell` gets each once, with what the fold makes of it there. */
  await(
    awaited: ReadonlyMap<string, Awaited>,
    tell: (id: string, same: boolean, version: Versioned) => void,
  ): void;
  /** What is still awaited is awaited no longer. */
  awaitNothing(): void;
  /** Writes nothing any more. */
  close(): Promise<void>;
}

/**
 * Folds records into a database of its own as the writer does: on layers, stored in bulk, the checkpoint behind them. So
 * it goes on where it was cut off, and takes no more memory for a long journal than for a short one.
 */
export function foldAnew(options: FoldAnewOptions): FoldAnew {
  const { documents, log } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const overlay = createOverlay({ documents, maxCached: MAX_CACHED, log, signal });
  const keeper = createKeeper({
    ...options,
    overlay,
    signal,
    reach: () => undefined,
    onStored: () => undefined,
  });
  let failure: unknown;
  const storing = keeper.run().catch((error: unknown) => {
    failure ??= error;
    ending.abort();
  });
  overlay.checkpointStored(options.checkpoint?.state.position ?? 0);
  let position = options.checkpoint?.state.position ?? 0;
  let place: StartPoint | undefined = options.checkpoint;
  let gathered: RecordLine[] = [];
  let gatheredBytes = 0;
  let indexed: Checkpoint | undefined;
  let awaited = new Map<string, Awaited>();
  let tell: Parameters<FoldAnew['await']>[1] = () => undefined;

  const goOn = (): void => {
    if (failure !== undefined) throw failure as Error;
    if (isAborted(signal)) throw new AppError('CLOSED', 'the fold was ended');
  };

  const compare = (folded: ReadonlyMap<string, Versioned>): void => {
    for (const [id, version] of folded) {
      const wanted = awaited.get(id);
      if (wanted?.position !== version.position) continue;
      awaited.delete(id);
      tell(id, hashOf(bodyOf(version)) === wanted.hash, version);
    }
  };

  /** What a step of the fold says, or `instead` where it cannot take the record. */
  const attempt = <T>(record: JournalRecord, step: () => T, instead: T): T => {
    try {
      return step();
    } catch (error) {
      if (options.onUnfoldable === undefined) throw error;
      options.onUnfoldable(record, error);
      return instead;
    }
  };

  const foldGathered = async (): Promise<void> => {
    if (gathered.length === 0 || place === undefined) return;
    const { startId, state } = place;
    const taken = gathered.map(({ record }) => ({
      record,
      ids: attempt(record, () => touchedIds(record), undefined),
    }));
    gathered = [];
    gatheredBytes = 0;
    await overlay.versions(taken.flatMap(({ ids = [] }) => ids));
    const layer = overlay.begin();
    for (const { record, ids } of taken) {
      goOn();
      if (ids === undefined) continue;
      const before = await overlay.versions(ids);
      const folded = attempt(record, () => foldRecord(record, before), new Map<string, Versioned>());
      overlay.add(layer, record.position, folded);
      if (awaited.size > 0) compare(folded);
    }
    layer.position = state.position;
    keeper.committed({ documents: layer.changes.size, state, startId, indexed });
    indexed = undefined;
    overlay.trim();
    while (overlay.pending() > MAX_UNSTORED && !isAborted(signal)) await pause(2, signal);
    goOn();
  };

  return {
    position: () => position,
    place: () => place,
    async take({ lines, state, startId }) {
      goOn();
      position = state.position;
      place = { startId, state };
      for (const line of lines) {
        gathered.push(line);
        gatheredBytes += line.bytes.length;
      }
      const at = { database: documents.name, fold: FOLD_VERSION, startId, state };
      indexed = indexedFrom(lines, at) ?? indexed;
      // At most one position to index goes with a layer.
      const full = gathered.length >= LAYER_RECORDS || gatheredBytes >= LAYER_BYTES;
      if (full || indexed !== undefined) await foldGathered();
    },
    async stored() {
      await foldGathered();
      await Promise.race([keeper.drained(), storing]);
      goOn();
    },
    await(wanted, then) {
      awaited = new Map(wanted);
      tell = then;
    },
    awaitNothing() {
      awaited.clear();
    },
    async close() {
      ending.abort();
      await storing;
    },
  };
}
