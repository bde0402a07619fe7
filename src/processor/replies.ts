import { keptPayload, keptProperties } from '../core/kept-payload.js';
import { ASKED_BY, COMMAND_HASH } from '../core/reply.js';
import { redactText } from '../core/redact-text.js';
import { redact } from '../core/redact.js';
import { pause, withLimit } from '../core/pause.js';
import type { DeadLetter, Reply } from '../core/types.js';
import { AppError, hasCode, messageOf, type Code } from '../errors.js';
import type { Bus, OutgoingMessage, Producer, ReceivedMessage, Stored } from '../ports/bus.js';
import type { Clock, Log } from '../ports/system.js';
import type { Answered } from './outcome.js';

/** A reply that is not stored by then becomes a dead letter. */
const REPLY_TIMEOUT_MS = 5_000;
/** A dead letter holds at most this much of a message. */
const DEAD_LETTER_BYTES = 256 * 1024;
/** Producers to reply topics kept open. */
const MAX_PRODUCERS = 50;

/** What became unusable, where it came from and why. */
export interface Rejected {
  readonly code: Code;
  readonly reason: string;
  readonly topic: string;
  readonly message: ReceivedMessage;
}

/** Sends to many topics; a producer that is lost is opened anew for the next message. */
export function createSender(bus: Bus): {
  send(topic: string, message: OutgoingMessage): Promise<Stored>;
  close(): Promise<void>;
} {
  const producers = new Map<string, Promise<Producer>>();
  const producerFor = (topic: string): Promise<Producer> => {
    let producer = producers.get(topic);
    if (producer !== undefined) {
      // Used again: the last one to be given up.
      producers.delete(topic);
      producers.set(topic, producer);
    } else {
      producer = bus.openProducer(topic, { sendTimeoutMs: REPLY_TIMEOUT_MS });
      producers.set(topic, producer);
      const forget = (): void => {
        if (producers.get(topic) === producer) producers.delete(topic);
      };
      producer.then((open) => open.lost.addEventListener('abort', forget, { once: true }), forget);
      const [oldest] = producers.keys();
      if (producers.size > MAX_PRODUCERS && oldest !== undefined) {
        const idle = producers.get(oldest);
        producers.delete(oldest);
        void idle?.then((open) => open.close()).catch(() => undefined);
      }
    }
    return producer;
  };
  return {
    async send(topic, message) {
      const producer = await producerFor(topic);
      return producer.send(message);
    },
    async close() {
      await Promise.allSettled([...producers.values()].map(async (producer) => (await producer).close()));
    },
  };
}

export interface PostOptions {
  readonly bus: Bus;
  readonly repliesTopic: string;
  readonly deadLettersTopic: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Keys under which a dead letter keeps nothing, where an installation has some of its own. */
  readonly isSecret?: (key: string) => boolean;
}

export interface Post {
  /** Delivers a reply, with the command that it answers and who asked; false where it could not be. */
  reply(
    reply: Reply,
    to: { readonly topic: string | undefined; readonly asked: Answered | undefined },
  ): Promise<boolean>;
  /** Stores a dead letter; false where it could not be. */
  deadLetter(rejected: Rejected): Promise<boolean>;
  close(): Promise<void>;
}

/** Replies and dead letters on their way out. */
export function createPost(options: PostOptions): Post {
  const sender = createSender(options.bus);

  /** Tries until it is stored, anew after a cut, for as long as a reply may take. */
  const within = async (topic: string, message: OutgoingMessage): Promise<void> => {
    const end = options.clock.now() + REPLY_TIMEOUT_MS;
    const late = (): AppError =>
      new AppError('ENGINE_UNAVAILABLE', `${topic} took nothing in ${REPLY_TIMEOUT_MS} ms`);
    for (let waitMs = 50; ; waitMs *= 2) {
      try {
        await withLimit(sender.send(topic, message), Math.max(1, end - options.clock.now()), late);
        return;
      } catch (error) {
        if (!hasCode(error, 'ENGINE_UNAVAILABLE') || options.clock.now() + waitMs >= end) throw error;
        await pause(waitMs);
      }
    }
  };

  return {
    async reply(reply, { topic = options.repliesTopic, asked }) {
      try {
        const properties =
          asked === undefined ? {} : { properties: { [COMMAND_HASH]: asked.hash, [ASKED_BY]: asked.actor } };
        const payload = Buffer.from(JSON.stringify(redact(reply)));
        await within(topic, { key: reply.id, payload, ...properties });
        return true;
      } catch (error) {
        options.log.error({ commandId: reply.id, topic, reason: messageOf(error) }, 'reply-undelivered');
        return false;
      }
    },
    async deadLetter(rejected) {
      try {
        const letter = deadLetterOf(rejected, options.clock, options.isSecret);
        await within(options.deadLettersTopic, {
          key: letter.key ?? letter.messageId,
          payload: Buffer.from(JSON.stringify(letter)),
        });
        options.log.warn(
          {
            code: rejected.code,
            reason: letter.reason,
            topic: rejected.topic,
            messageId: rejected.message.id,
          },
          'dead-letter',
        );
        return true;
      } catch (error) {
        options.log.error(
          { code: rejected.code, reason: messageOf(error), messageId: rejected.message.id },
          'dead-letter-unpublished',
        );
        return false;
      }
    },
    close: () => sender.close(),
  };
}

/** Makes the dead letter of a message. Its ticket stays: it proves who sent it when it is sent again, and is good for nothing else. */
export function deadLetterOf(
  { code, reason, topic, message }: Rejected,
  clock: Clock,
  isSecret?: PostOptions['isSecret'],
): DeadLetter {
  const properties = keptProperties(message.properties, isSecret);
  // Where a command holds a secret in plain text, what else it holds is not known for one: nothing is kept a second time.
  const { payload, masked } = keptPayload(message.payload, isSecret);
  const kept = payload.subarray(0, code === 'SECRET_LITERAL' ? 0 : DEAD_LETTER_BYTES);
  return {
    code,
    // What cannot be read is quoted in the reason.
    reason: redactText(reason, isSecret).slice(0, 2_000),
    topic,
    messageId: message.id,
    ...(message.key === undefined ? {} : { key: redactText(message.key, isSecret) }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    payload: kept.toString('base64'),
    truncated: payload.length > kept.length,
    ...(masked ? { masked } : {}),
    time: new Date(clock.now()).toISOString(),
  };
}
