import { EMPTY_JOURNAL, type JournalState } from '../core/journal.js';
import type { StartPoint } from '../core/start-point.js';
import { AppError } from '../errors.js';
import { followJournal, type JournalItem } from '../feed/follow-journal.js';
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
  /** Without a head: a position that the journal must reach, such as that of the documents. @defaultValue 0 */
  readonly atLeast?: () => Promise<number>;
}

/** The journal topic, read apart from everyone else. */
export function topicSource(options: TopicSourceOptions): JournalSource {
  const { atLeast = async () => 0 } = options;
  return {
    head: options.head,
    async read({ from, through, signal }, take) {
      const head = options.head();
      const end = through ?? head;
      let state = from?.state ?? EMPTY_JOURNAL;
      if (end !== undefined && state.position >= end) return state;
      const least = end ?? (await atLeast());
      const stop = new AbortController();
      let heard = Date.now();
      let fault: AppError | undefined;
      await followJournal(
        {
          ...options,
          now: Date.now,
          from,
          signal: AbortSignal.any([signal, stop.signal]),
          // Only a reader that is there and says nothing has come to the end: one that was lost is opened again.
          onQuiet() {
            if (Date.now() - heard < options.idleMs) return;
            // Thrown behind the reading: there it would be taken for a reader that is lost.
            if (state.position < least) fault = endsAt(state.position, { head, through, least });
            stop.abort();
          },
        },
        async (item) => {
          await take(item);
          if (item.kind !== 'void') state = item.state;
          if (end !== undefined && state.position >= end) stop.abort();
          heard = Date.now();
        },
      );
      if (fault !== undefined) throw fault;
      if (signal.aborted) throw new AppError('CLOSED', 'reading the journal was ended');
      return state;
    },
  };
}

/** A journal that ends before what is wanted of it. */
function endsAt(
  position: number,
  { head, through, least }: { head: number | undefined; through: number | undefined; least: number },
): AppError {
  if (head !== undefined) {
    return new AppError(
      'ENGINE_UNAVAILABLE',
      `The bus gives nothing of the journal behind position ${position}; ask again.`,
    );
  }
  if (through !== undefined) {
    return new AppError(
      'UNKNOWN_POSITION',
      `The journal ends at position ${position}, before ${through}; ask for a position that it has.`,
    );
  }
  return new AppError(
    'JOURNAL_UNUSABLE',
    `The journal ends at position ${position}, the documents have reached ${least}: it was cut or exchanged. Restore it.`,
  );
}
