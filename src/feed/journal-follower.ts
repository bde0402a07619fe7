import { EMPTY_JOURNAL, type JournalState, type RecordLine } from '../core/journal.js';
import type { StartPoint } from '../core/start-point.js';
import { AppError, messageOf } from '../errors.js';
import {
  followJournal,
  type Expected,
  type JournalFollowerOptions,
  type JournalItem,
  type JournalListener,
} from './follow-journal.js';

/** Messages kept to be recognised at most: beyond it they are parsed like anybody's. */
const MAX_EXPECTED = 64;

export interface FollowerStanding {
  /** Void messages of records since the start point, and when the last one was stored. Void marks are a writer finding its place. */
  readonly voids: number;
  readonly lastVoid: number | undefined;
  readonly stopped: AppError | undefined;
  readonly since: number;
}

export interface JournalFollower {
  /** Begins anew at a start point (undefined: the beginning). What was read before is forgotten, subscribers stay. `onStopped` is told when reading cannot go on. */
  start(from: StartPoint | undefined, onStopped?: (error: AppError) => void): void;
  /** What this process is about to append: when it comes back byte for byte, it need not be parsed again. */
  expect(payload: Buffer, lines: readonly RecordLine[]): void;
  /** Calls back for every message in order; the next one waits for the promises of all subscribers. */
  subscribe(listener: JournalListener): () => void;
  state(): JournalState;
  /** Void messages seen, and why reading stopped, if it did: with the next start it goes on. */
  standing(): FollowerStanding;
  close(): Promise<void>;
}

/**
 * The one reader of the journal in a process: it applies the rule by which a message counts and fans out to everyone
 * who wants to know (writer, documents, live feed). A lost reader is opened again behind the last message.
 */
export function createJournalFollower(options: JournalFollowerOptions): JournalFollower {
  const listeners = new Set<JournalListener>();
  let run = { stop: new AbortController(), state: EMPTY_JOURNAL, done: Promise.resolve() };
  let expected: Expected[] = [];
  let voids = 0;
  let lastVoid: number | undefined;
  let stopped: AppError | undefined;
  let since = options.now();

  const emit = async (item: JournalItem, from: object): Promise<void> => {
    if (from !== run) return;
    if (item.kind === 'void' && item.records) {
      voids += 1;
      lastVoid = item.publishTime;
    }
    // Whoever subscribes while this goes on belongs to a later start: it must not hear of what was read before.
    for (const listener of [...listeners]) {
      if (from !== run) return;
      if (listeners.has(listener)) await listener(item);
    }
  };

  const start: JournalFollower['start'] = (from, onStopped) => {
    const before = run;
    before.stop.abort();
    const ahead: Expected[] = [];
    expected = ahead;
    stopped = undefined;
    voids = 0;
    lastVoid = undefined;
    since = options.now();
    const next = {
      stop: new AbortController(),
      state: from?.state ?? EMPTY_JOURNAL,
      done: Promise.resolve(),
    };
    run = next;
    next.done = before.done
      .then(() =>
        followJournal({ ...options, from, expected: ahead, signal: next.stop.signal }, async (item) => {
          if (item.kind !== 'void') next.state = item.state;
          await emit(item, next);
        }),
      )
      .catch((error: unknown) => {
        if (next.stop.signal.aborted) return;
        stopped =
          error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error });
        since = options.now();
        options.log.error({ err: error, position: next.state.position }, 'journal-reading-stopped');
        onStopped?.(stopped);
      });
  };

  return {
    start,
    expect(payload, lines) {
      if (expected.length < MAX_EXPECTED) expected.push({ payload, lines });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => run.state,
    standing: () => ({ voids, lastVoid, stopped, since }),
    async close() {
      run.stop.abort();
      await run.done;
    },
  };
}
