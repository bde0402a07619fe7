import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Operation } from './database.js';

const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const LAZY_FLUSH_MS = 50;

/** What a group commit asks of its owner. */
export interface GroupCommitOptions<Entry> {
  readonly db: Database;
  /** Whether an entry has to be on disk before it is answered. @defaultValue all have */
  readonly synced?: (entry: Entry) => boolean;
  /** Bytes of an entry, to bound a batch. */
  readonly sizeOf: (entry: Entry) => number;
  /** Turns what waits, in order, into one batch. Called with no entries when only lazy changes wait. */
  readonly assemble: (entries: readonly Entry[]) => Operation[] | Promise<Operation[]>;
  /** The batch is on disk. */
  readonly committed: (entries: readonly Entry[]) => void;
  /** These will never be written, or nobody knows whether they were. Nothing is written after the first failure. */
  readonly failed: (entries: readonly Entry[], error: unknown) => void;
}

/** One write at a time, synced where one of its entries asks for it; everything that arrives meanwhile goes into the next. */
export interface GroupCommit<Entry> {
  readonly pendingBytes: number;
  push(entry: Entry): void;
  /** Something may wait, but not for the disk: it goes with the next batch, or without sync a little later. */
  touch(): void;
  /** Resolves when everything pushed or touched so far is written, or has failed. */
  drain(): Promise<void>;
}

/**
 * Makes a group commit.
 *
 * After an error the log file may end in half a record, and LevelDB would append behind it, where recovery does not
 * look: so the first error is the last write, and the owner opens the database anew.
 */
export function createGroupCommit<Entry>(options: GroupCommitOptions<Entry>): GroupCommit<Entry> {
  const { db, synced = () => true, sizeOf, assemble, committed, failed } = options;
  let waiting: Entry[] = [];
  let pendingBytes = 0;
  let touched = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const take = (): Entry[] => {
    let bytes = 0;
    let count = 0;
    for (const entry of waiting) {
      bytes += sizeOf(entry);
      if (count > 0 && bytes > MAX_BATCH_BYTES) break;
      count += 1;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  };

  const fail = (entries: readonly Entry[], error: unknown): void => {
    failure ??= { error };
    const all = [...entries, ...waiting];
    waiting = [];
    pendingBytes = 0;
    failed(all, error);
  };

  /** A chained batch takes the operations over as they are, which costs a third less than an array of them. */
  const write = (operations: readonly Operation[], sync: boolean): Promise<void> => {
    const batch = db.batch();
    for (const operation of operations) {
      if (operation.type === 'put') batch.put(operation.key, operation.value);
      else batch.del(operation.key);
    }
    return batch.write({ sync });
  };

  const writeOne = async (): Promise<void> => {
    const entries = take();
    const sync = entries.some(synced);
    touched = false;
    try {
      const operations = await assemble(entries);
      if (operations.length > 0) await write(operations, sync);
    } catch (error) {
      fail(entries, error);
      return;
    }
    for (const entry of entries) pendingBytes -= sizeOf(entry);
    committed(entries);
  };

  const arm = (): void => {
    if (!running && !failure) timer ??= setTimeout(start, LAZY_FLUSH_MS);
  };

  const run = async (): Promise<void> => {
    do {
      // A turn of the event loop lets those who were just answered send again, into the same batch.
      await nextTurn();
      await writeOne();
    } while (!failure && waiting.length > 0);
    running = undefined;
    if (waiting.length > 0) start();
    else if (touched) arm();
  };

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    running ??= run();
  }

  return {
    get pendingBytes() {
      return pendingBytes;
    },
    push: (entry) => {
      if (failure) {
        failed([entry], failure.error);
        return;
      }
      waiting.push(entry);
      pendingBytes += sizeOf(entry);
      start();
    },
    touch: () => {
      touched = true;
      arm();
    },
    drain: async () => {
      while (!failure && (running ?? (touched || waiting.length > 0))) {
        start();
        await running;
      }
      clearTimeout(timer);
    },
  };
}
