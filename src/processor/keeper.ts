import { createBell } from '../core/bell.js';
import { checkpointBody, type Checkpoint } from '../core/checkpoint.js';
import type { Reach } from '../core/failpoints.js';
import { CHECKPOINT_ID, indexId } from '../core/ids.js';
import type { JournalState } from '../core/journal.js';
import { pause } from '../core/pause.js';
import { AppError } from '../errors.js';
import { INDEX_STEP } from '../feed/start-near.js';
import type { Documents } from '../ports/documents.js';
import { FOLD_VERSION } from '../projections/fold.js';
import type { Log } from '../ports/system.js';
import type { Overlay } from './overlay.js';
import { patiently } from './patience.js';
import { writePatiently } from './write-patiently.js';

/** Layers stored at once at most: their documents go in one request. */
const MAX_DOCUMENTS = 5_000;

/** Time between two checkpoints while documents are being stored. */
const CHECKPOINT_MS = 20;

/** A committed batch that is to be stored. */
export interface Committed {
  readonly documents: number;
  readonly state: JournalState;
  readonly startId: string;
  /** A position in it that is to be found again by the index. */
  readonly indexed: Checkpoint | undefined;
}

export interface KeeperOptions {
  readonly documents: Documents;
  readonly overlay: Overlay;
  readonly checkpointRev: string | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly reach: Reach;
  /** Told when everything up to a position is stored. */
  readonly onStored: (position: number) => void;
  readonly waiting?: ((yes: boolean) => void) | undefined;
}

export interface Keeper {
  /** The oldest layer not yet handed over is committed. */
  committed(batch: Committed): void;
  /** Stores until the signal; rejects on a conflict. */
  run(): Promise<void>;
  /** Resolves when everything committed is stored and the checkpoint with it. */
  drained(): Promise<void>;
  waiting(): number;
}

/** The only one who writes documents: committed layers, coalesced; behind them the checkpoint, alone. */
export function createKeeper(options: KeeperOptions): Keeper {
  const { documents, overlay } = options;
  const queue: Committed[] = [];
  const idle: (() => void)[] = [];
  /** Positions that are stored and to be indexed. */
  const entries: Checkpoint[] = [];
  /** What was stored last and no checkpoint says yet. */
  let last: Committed | undefined;
  let storing = false;
  let checkpointing = false;
  const arrived = createBell();
  const moved = createBell();
  let rev = options.checkpointRev;

  const writeAlone = async (
    id: string,
    checkpoint: Checkpoint,
    known: string | undefined,
  ): Promise<string> => {
    const body = checkpointBody(checkpoint);
    const write = { id, ...(known === undefined ? {} : { rev: known }), body };
    const [result] = await writePatiently(options, documents, [write]);
    if (result?.ok !== true) throw new AppError('CONFLICT', `${id} was written by someone else`);
    return result.rev;
  };

  const index = async (checkpoint: Checkpoint): Promise<void> => {
    const id = indexId(checkpoint.state.position);
    const before = (await patiently(options, () => documents.get([id]))).get(id);
    await writeAlone(id, checkpoint, before?.rev);
  };

  const store = async (batches: readonly Committed[]): Promise<void> => {
    const writes = overlay.writes(batches.length);
    const results = await writePatiently(options, documents, writes);
    const revs = new Map<string, string>();
    for (const result of results) {
      if (!result.ok)
        throw new AppError('CONFLICT', `${result.id} was not stored: ${result.reason}, ${result.detail}`);
      revs.set(result.id, result.rev);
    }
    options.reach('documents-stored');
    overlay.stored(batches.length, revs);
    for (const { indexed } of batches) if (indexed !== undefined) entries.push(indexed);
    last = batches.at(-1);
    moved.ring();
    options.onStored((batches.at(-1) as Committed).state.position);
  };

  const isIdle = (): boolean => queue.length === 0 && !storing && last === undefined && !checkpointing;
  const tellIdle = (): void => {
    if (isIdle()) for (const resolve of idle.splice(0)) resolve();
  };

  const keepDocuments = async (): Promise<void> => {
    while (!options.signal.aborted) {
      let count = 0;
      for (
        let sum = 0;
        count < queue.length && (count === 0 || sum + (queue[count]?.documents ?? 0) <= MAX_DOCUMENTS);
        count += 1
      ) {
        sum += queue[count]?.documents ?? 0;
      }
      if (count === 0) {
        tellIdle();
        await arrived.wait(undefined, options.signal);
        continue;
      }
      storing = true;
      await store(queue.splice(0, count));
      storing = false;
    }
  };

  /** Follows the documents: one checkpoint for all that was stored while the last one was written. */
  const keepCheckpoint = async (): Promise<void> => {
    while (!options.signal.aborted) {
      if (last === undefined) {
        tellIdle();
        await moved.wait(undefined, options.signal);
        continue;
      }
      const { startId, state } = last;
      last = undefined;
      checkpointing = true;
      for (const entry of entries.splice(0)) {
        await index(entry);
        options.reach('index-stored');
      }
      rev = await writeAlone(
        CHECKPOINT_ID,
        { database: documents.name, fold: FOLD_VERSION, startId, state },
        rev,
      );
      options.reach('checkpoint-stored');
      overlay.checkpointStored(state.position);
      checkpointing = false;
      // While much is stored, one checkpoint stands for many batches.
      if (queue.length > 0 || storing) await pause(CHECKPOINT_MS, options.signal);
    }
  };

  return {
    committed(batch) {
      queue.push(batch);
      arrived.ring();
    },
    run: async () => {
      await Promise.all([keepDocuments(), keepCheckpoint()]);
    },
    drained: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    waiting: () => queue.length,
  };
}

/** The start point to index, if the lines of a message cross a multiple of the step. */
export function indexedFrom(
  lines: readonly { record: { position: number; time: string }; hash: string }[],
  at: Checkpoint,
): Checkpoint | undefined {
  const line = lines.findLast(({ record }) => record.position % INDEX_STEP === 0);
  if (line === undefined) return undefined;
  return {
    ...at,
    state: { ...at.state, position: line.record.position, hash: line.hash, time: line.record.time },
  };
}
