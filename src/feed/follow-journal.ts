import {
  admit,
  EMPTY_JOURNAL,
  parseLines,
  readLine,
  type Admission,
  type JournalState,
  type RawLine,
  type RecordLine,
} from '../core/journal.js';
import { isAborted, pause, untilAborted } from '../core/pause.js';
import { EARLIEST, type StartPoint } from '../core/start-point.js';
import type { JournalRecord, Mark } from '../core/types.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import type { Bus, Reader, ReceivedMessage } from '../ports/bus.js';
import type { Log } from '../ports/system.js';

/** What the journal says next. `state` is as it stands behind this message. */
export type JournalItem =
  /** The start point fits: what follows is behind it. */
  | { readonly kind: 'started'; readonly state: JournalState }
  | {
      readonly kind: 'records';
      readonly lines: readonly RecordLine[];
      readonly state: JournalState;
      readonly startId: string;
      readonly publishTime: number;
    }
  | { readonly kind: 'mark'; readonly mark: Mark['mark']; readonly state: JournalState }
  | (Admission & { readonly kind: 'void'; readonly publishTime: number });

export type JournalListener = (item: JournalItem) => void | Promise<void>;

export interface JournalFollowerOptions {
  readonly bus: Bus;
  readonly topic: string;
  readonly log: Log;
  readonly now: () => number;
}

/** A message of this process on its way through the journal. */
export interface Expected {
  readonly payload: Buffer;
  readonly lines: readonly RecordLine[];
}

export interface FollowJournalOptions extends JournalFollowerOptions {
  /** Oldest first; taken out as they come. */
  readonly expected?: Expected[];
  readonly from: StartPoint | undefined;
  readonly signal: AbortSignal;
  /** Told each time that a reader which is there had nothing to give for a while. */
  readonly onQuiet?: () => void;
}

/** Reads the journal from a start point until the signal, calling back for each message. Rejects with JOURNAL_UNUSABLE where the start point does not fit the topic. */
export async function followJournal(options: FollowJournalOptions, emit: JournalListener): Promise<void> {
  const { expected = [] } = options;
  let state = options.from?.state ?? EMPTY_JOURNAL;
  let last = options.from?.startId ?? EARLIEST;
  let expectStart = options.from !== undefined;
  let failures = 0;
  const open = (): Promise<Reader> =>
    options.bus.openReader(options.topic, { start: last === EARLIEST ? 'earliest' : { after: last } });

  while (!isAborted(options.signal)) {
    let reader: Reader | undefined;
    try {
      reader = await open();
      while (!isAborted(options.signal)) {
        const received = reader.receive({ max: 500, maxBytes: 8 * 1024 * 1024, waitMs: 500 });
        const messages = await untilAborted(options.signal, received);
        if (messages === undefined) return;
        failures = 0;
        if (messages.length === 0) options.onQuiet?.();
        for (const message of messages) {
          if (isAborted(options.signal)) return;
          const startId = last;
          last = message.id;
          if (expectStart) {
            expectStart = false;
            const rest = linesBehind(message, state);
            await emit({ kind: 'started', state });
            if (rest.length > 0) {
              state = behind(state, rest);
              await emit({ kind: 'records', lines: rest, state, startId, publishTime: message.publishTime });
            }
            continue;
          }
          const [next] = expected;
          const known = next?.payload.equals(message.payload) === true ? expected.shift()?.lines : undefined;
          const admission = admit(state, message, known);
          if (admission.kind === 'void') {
            options.log.warn(
              { reason: admission.reason, writer: admission.writer, messageId: message.id },
              'journal-message-void',
            );
            await emit({ ...admission, publishTime: message.publishTime });
            continue;
          }
          state = admission.state;
          if (admission.kind === 'mark') await emit(admission);
          else
            await emit({
              kind: 'records',
              lines: admission.lines,
              state,
              startId,
              publishTime: message.publishTime,
            });
        }
      }
    } catch (error) {
      if (!hasCode(error, 'ENGINE_UNAVAILABLE')) throw error;
      failures += 1;
      options.log.warn({ failures, reason: messageOf(error) }, 'journal-reader-lost');
      await pause(Math.min(5_000, 100 * 2 ** failures), options.signal);
    } finally {
      await reader?.close();
    }
  }
}

/**
 * The first message behind a start point must hold the record that the start point names, with its hash (a reader given
 * an id that the topic does not know starts silently at the end). What follows that record in the same message is new.
 */
function linesBehind(message: ReceivedMessage, state: JournalState): readonly RecordLine[] {
  let lines: RawLine[] = [];
  try {
    lines = message.properties['type'] === 'records' ? parseLines(message.payload) : [];
  } catch {
    // Not the message that was meant: told below.
  }
  const at = lines.findIndex(({ raw, hash }) => raw['position'] === state.position && hash === state.hash);
  if (at === -1) {
    throw unfit(state.position);
  }
  return lines.slice(at + 1).map(readLine);
}

function unfit(position: number): AppError {
  return new AppError(
    'JOURNAL_UNUSABLE',
    `The journal does not hold position ${position} where the checkpoint says.`,
  );
}

function behind(state: JournalState, lines: readonly RecordLine[]): JournalState {
  const last = lines.at(-1) as RecordLine;
  const record: JournalRecord = last.record;
  return { ...state, position: record.position, hash: last.hash, time: record.time };
}
