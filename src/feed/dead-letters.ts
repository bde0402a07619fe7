import { readDeadLetter, resendRefusal } from '../core/dead-letter.js';
import type { Actor, DeadLetter } from '../core/types.js';
import { topicFullName } from '../core/topic-name.js';
import { AppError, type Code } from '../errors.js';
import type { Bus, Reader, ReceivedMessage } from '../ports/bus.js';
import {
  RESENT_FROM,
  type DeadLetterPage,
  type DeadLetterQuery,
  type DeadLetters,
  type FoundDeadLetter,
  type ListedDeadLetter,
} from '../ports/dead-letters.js';
import type { Log } from '../ports/system.js';

/** The topic has ended when it says nothing for so long. */
const SILENCE_MS = 1_000;
/** A page is looked for at most so long, and a single letter. */
const PAGE_MS = 10_000;
const FIND_MS = 60_000;
const RECEIVE_MAX = 500;
const RECEIVE_BYTES = 4 * 1024 * 1024;
/** What a page's letters weigh at most, payloads left out. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Letters whose place on the topic is remembered. */
const MAX_PLACES = 10_000;
/** Readers open at once. */
const MAX_READERS = 8;

export interface DeadLettersOptions {
  readonly bus: Bus;
  readonly topic: string;
  /** Full names of the topics that letters may be sent to again. */
  readonly resendTo: readonly string[];
  /** A ticket for a message that is sent again; absent where nobody is asked who they are. */
  readonly ticketFor?: ((letter: DeadLetter, caller: Actor) => Promise<string | undefined>) | undefined;
  readonly log: Log;
  /** @defaultValue 1000 */
  readonly silenceMs?: number;
}

type Place = string | undefined;

/** Dead letters, read from their topic anew for each question. */
export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { bus, topic, log, silenceMs = SILENCE_MS } = options;
  const resendTo = new Set(options.resendTo);
  /** What a letter stands behind, by its id: a reader starts behind a message, and ids tell no order. */
  const places = new Map<string, Place>();
  let readers = 0;

  /** A reader behind `after`. Engines tell an id that is none of theirs in as many ways as they tell that they are down. */
  const openReader = async (after: Place): Promise<Reader> => {
    if (after === undefined) return bus.openReader(topic, { start: 'earliest' });
    try {
      return await bus.openReader(topic, { start: { after } });
    } catch (cause) {
      const other = await bus.openReader(topic, { start: 'earliest' });
      await other.close();
      throw new AppError(
        'INVALID_REQUEST',
        `Nothing can be read behind "${after}": it is no id of this topic.`,
        {
          cause,
        },
      );
    }
  };

  /** Letters behind `after`, a receive at a time, until the topic is silent or `ms` are over. */
  async function* scan(
    after: Place,
    { ms, waitMs, max }: { readonly ms: number; readonly waitMs: number; readonly max: number },
  ): AsyncGenerator<readonly ReceivedMessage[]> {
    if (readers >= MAX_READERS)
      throw new AppError('TOO_MANY_REQUESTS', 'Too many read the dead letters at once; ask again.');
    readers += 1;
    try {
      const end = performance.now() + ms;
      const reader = await openReader(after);
      try {
        for (let place = after; performance.now() < end;) {
          const messages = await reader.receive({ max, maxBytes: RECEIVE_BYTES, waitMs });
          if (messages.length === 0) return;
          for (const { id } of messages) {
            remember(id, place);
            place = id;
          }
          yield messages;
        }
      } finally {
        await reader.close();
      }
    } finally {
      readers -= 1;
    }
  }

  const remember = (id: string, place: Place): void => {
    places.delete(id);
    places.set(id, place);
    if (places.size <= MAX_PLACES) return;
    for (const oldest of places.keys()) {
      places.delete(oldest);
      return;
    }
  };

  const found = (message: ReceivedMessage): FoundDeadLetter => {
    const letter = readDeadLetter(message, topic);
    const bytes = Buffer.byteLength(letter.payload, 'base64');
    return { id: message.id, letter, bytes, refusal: resendRefusal(letter, resendTo) };
  };

  const get = async (id: string): Promise<FoundDeadLetter> => {
    let looked = 0;
    const begun = performance.now();
    const bounds = { ms: FIND_MS, waitMs: silenceMs, max: places.has(id) ? 1 : RECEIVE_MAX };
    for await (const messages of scan(places.get(id), bounds)) {
      const message = messages.find((one) => one.id === id);
      if (message !== undefined) return found(message);
      looked += messages.length;
    }
    const late = performance.now() - begun >= FIND_MS;
    throw new AppError(
      'NOT_FOUND',
      late
        ? `Dead letter "${id}" is not among the first ${looked}, which took ${FIND_MS / 1_000} s to read; list the dead letters up to it first.`
        : `There is no dead letter "${id}"; list them for their ids.`,
    );
  };

  /** The ticket that the message carried has expired since. */
  const signed = async (letter: DeadLetter, caller: Actor): Promise<Readonly<Record<string, string>>> => {
    const { ticket: _expired, ...properties } = (letter.properties ?? {}) as Record<string, string>;
    const ticket = await options.ticketFor?.(letter, caller);
    return ticket === undefined ? properties : { ...properties, ticket };
  };

  return {
    get,

    async list(query) {
      const { after, limit, waitMs = silenceMs } = query;
      const letters: ListedDeadLetter[] = [];
      let cursor = after;
      let bytes = 0;
      const begun = performance.now();
      for await (const messages of scan(after, { ms: PAGE_MS, waitMs, max: RECEIVE_MAX })) {
        for (const message of messages) {
          const one = found(message);
          cursor = message.id;
          if (!fits(one, query)) continue;
          const { payload, ...letter } = one.letter;
          letters.push({ ...one, letter });
          bytes += message.payload.length - payload.length;
          if (letters.length >= limit || bytes >= MAX_PAGE_BYTES) return page(letters, cursor);
        }
      }
      return performance.now() - begun < PAGE_MS ? { letters } : page(letters, cursor);
    },

    async resend(id, caller) {
      const { letter, refusal } = await get(id);
      if (refusal !== undefined) throw new AppError(refusal.code as Code, refusal.detail ?? refusal.title);
      const { key, payload } = letter;
      const properties = await signed(letter, caller);
      const to = topicFullName(letter.topic) ?? letter.topic;
      const producer = await bus.openProducer(to);
      try {
        const { id: messageId } = await producer.send({
          payload: Buffer.from(payload, 'base64'),
          ...(key === undefined ? {} : { key }),
          properties: { ...properties, [RESENT_FROM]: id },
        });
        log.info({ deadLetter: id, topic: to, messageId, actor: caller.name }, 'dead-letter-resent');
        return { id, topic: to, messageId };
      } finally {
        await producer.close();
      }
    },
  };
}

function page(letters: ListedDeadLetter[], cursor: string | undefined): DeadLetterPage {
  return { letters, ...(cursor === undefined ? {} : { cursor }) };
}

function fits({ letter }: FoundDeadLetter, { code, topic, since }: DeadLetterQuery): boolean {
  return (
    (code === undefined || letter.code === code) &&
    (topic === undefined || fullName(letter.topic) === fullName(topic)) &&
    (since === undefined || Date.parse(letter.time) >= since)
  );
}

function fullName(topic: string): string {
  return topicFullName(topic) ?? topic;
}
