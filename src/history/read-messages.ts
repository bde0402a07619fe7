import type { ChainMessage } from '../core/chain/segments.js';
import { isAborted, pause } from '../core/pause.js';
import { EARLIEST } from '../core/start-point.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import type { Bus, Reader, ReceivedMessage } from '../ports/bus.js';
import type { Clock, Log } from '../ports/system.js';

const RECEIVE = { max: 500, maxBytes: 8 * 1024 * 1024, waitMs: 250 };
/** A bus that cannot be reached for so many tries in a row is given up. */
const MAX_FAILURES = 10;

export interface MessagesOptions {
  readonly bus: Bus;
  readonly topic: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A topic from its beginning, whatever it holds. */
export interface Messages {
  /** The next message; undefined where nothing has come for `idleMs`. */
  next(idleMs: number): Promise<ChainMessage | undefined>;
  close(): Promise<void>;
}

/** Reads a topic message by message without judging any; a lost reader is opened again behind the last one. */
export function readMessages(options: MessagesOptions): Messages {
  const { bus, topic, clock, log, signal } = options;
  let reader: Reader | undefined;
  let ready: ReceivedMessage[] = [];
  let at = 0;
  let last = EARLIEST;
  let failures = 0;

  /** What has come; undefined where the reader could not be asked. */
  const receive = async (): Promise<ReceivedMessage[] | undefined> => {
    try {
      reader ??= await bus.openReader(topic, { start: last === EARLIEST ? 'earliest' : { after: last } });
      const messages = await reader.receive(RECEIVE);
      failures = 0;
      return messages;
    } catch (error) {
      failures += 1;
      if (!hasCode(error, 'ENGINE_UNAVAILABLE') || failures > MAX_FAILURES) throw error;
      log.warn({ failures, reason: messageOf(error) }, 'journal-reader-lost');
      await reader?.close();
      reader = undefined;
      await pause(Math.min(5_000, 100 * 2 ** failures), signal);
      return undefined;
    }
  };

  return {
    async next(idleMs) {
      for (let quietSince = clock.now(); at >= ready.length;) {
        if (isAborted(signal)) throw new AppError('CLOSED', 'reading the journal was ended');
        const messages = await receive();
        // Only a reader that is there and says nothing has come to the end.
        if (messages === undefined) quietSince = clock.now();
        else if (messages.length > 0) [ready, at] = [messages, 0];
        else if (clock.now() - quietSince >= idleMs) return undefined;
      }
      const { id, payload, properties } = ready[at] as ReceivedMessage;
      const startId = last;
      at += 1;
      last = id;
      return { id, startId, payload, properties };
    },
    async close() {
      await reader?.close();
    },
  };
}
