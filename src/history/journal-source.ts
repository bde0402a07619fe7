import { EMPTY_JOURNAL, type JournalState } from '../core/journal.js';
import type { StartPoint } from '../core/start-point.js';
import { AppError } from '../errors.js';
import { followJournal, type JournalItem } from '../feed/journal-follower.js';
import type { Bus } from '../ports/bus.js';
import type { Log } from '../ports/system.js';

export interface ReadJournal {
  /** Where to begin; undefined: the beginning. */
  readonly from?: StartPoint | undefined;
  /** The last position wanted; undefined: where the journal ends now. */
  readonly through?: number | undefined;
  readonly signal: AbortSignal;
}

/** A journal to read from its beginning or a start point to an end: a topic, or a file. */
export interface JournalSource {
  /** Where it ends now, as far as is known; undefined: the reader finds out. */
  readonly head: () => number | undefined;
  /**
   * Calls back for each message in order, the next one after the promise; resolves with the state behind the last message
   * taken, which holds `through` or is the end. Rejects with CLOSED when the signal ends it.
   */
  read(options: ReadJournal, take: (item: JournalItem) => void | Promise<void>): Promise<JournalState>;
}

export interface TopicSourceOptions {
  readonly bus: Bus;
  readonly topic: string;
  readonly log: Log;
  /** The last committed position, where a follower of this process knows it. */
  readonly head: () => number | undefined;
  /** Without a head: the topic has ended where nothing comes for so long, in milliseconds. */
  readonly idleMs: number;
}

/** The journal topic, read apart from everyone else. */
export function topicSource(options: TopicSourceOptions): JournalSource {
  return {
    head: options.head,
    async read({ from, through, signal }, take) {
      const end = through ?? options.head();
      let state = from?.state ?? EMPTY_JOURNAL;
      if (end !== undefined && state.position >= end) return state;
      const stop = new AbortController();
      let idle: NodeJS.Timeout | undefined;
      const expectMore = (): void => {
        clearTimeout(idle);
        if (end === undefined) idle = setTimeout(() => stop.abort(), options.idleMs);
      };
      expectMore();
      try {
        await followJournal(
          { ...options, now: Date.now, from, signal: AbortSignal.any([signal, stop.signal]) },
          async (item) => {
            clearTimeout(idle);
            await take(item);
            if (item.kind !== 'void') state = item.state;
            if (end !== undefined && state.position >= end) stop.abort();
            expectMore();
          },
        );
      } finally {
        clearTimeout(idle);
      }
      if (signal.aborted) throw new AppError('CLOSED', 'reading the journal was ended');
      return state;
    },
  };
}
