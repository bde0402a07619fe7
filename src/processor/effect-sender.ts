import type { Reach } from '../core/failpoints.js';
import { isAborted, pause } from '../core/pause.js';
import { hasCode, messageOf } from '../errors.js';
import type { Bus, OutgoingMessage, Producer, Stored } from '../ports/bus.js';
import type { Clock, Log } from '../ports/system.js';
import type { TopicAdmin } from '../ports/topic-admin.js';

/** The topic is unloaded at most this often to take the dispatcher's name, and the name tried in a loop for so long after. */
const UNLOAD_EVERY_MS = 30_000;
const FORCE_MS = 5_000;
/** Effects under way at once: enough to keep a broker busy, and no more than a person who skips a release would expect. */
const WINDOW = 64;

export interface EffectSenderOptions {
  readonly reach: Reach;
  readonly bus: Bus;
  readonly topic: string;
  /** Frees the topic from a holder that stopped answering; the embedded bus has none. */
  readonly admin: TopicAdmin | undefined;
  /** Writer id of the journal's first mark: a restored journal starts numbers of its own. */
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** An effect, as a message under its number. */
export interface Effect {
  readonly number: number;
  readonly message: OutgoingMessage;
}

export interface SendOptions {
  /** Asked before each; once it is not, it is not any more, and nothing more is sent. */
  readonly isWanted: () => Promise<boolean>;
  /** Told of each that is stored, in order. */
  readonly stored: (number: number) => void;
}

export interface EffectSender {
  /** Stores effects, whose numbers follow each other, trying until they are; false where the signal came first, or they are not wanted any more. */
  send(effects: readonly Effect[], options: SendOptions): Promise<boolean>;
  /** Why the last try failed; undefined once one has not. */
  fault(): string | undefined;
  close(): Promise<void>;
}

/**
 * The one producer of a topic's effects. An effect's number is its message's sequence id, so the broker drops what it has
 * already: after a cut the topic is opened anew behind the last number known to be stored, and the answer "duplicate" then
 * means stored. So it is behind numbers that were skipped, since a producer can leave out none: the broker takes a gap,
 * but no way back.
 *
 * Several are under way at once, stored in their order. A broker that refuses one of them may have stored those behind it,
 * and calls it a duplicate from then on; so what was under way with others when they failed, and is called a duplicate
 * afterwards, goes out once more without a number. Deployers drop what they have had.
 */
export function createEffectSender(options: EffectSenderOptions): EffectSender {
  const { bus, topic, clock, log, signal } = options;
  let producer: Producer | undefined;
  /** The last number that the producer stored, or began behind. */
  let reached = 0;
  /** Numbers up to this were under way together when something failed. */
  let doubtful = 0;
  let fault: string | undefined;
  let unloaded = -Infinity;

  const close = async (): Promise<void> => {
    await producer?.close().catch(() => undefined);
    producer = undefined;
  };

  /** The producer, with this as its next number. */
  const producerFor = async (number: number): Promise<Producer> => {
    if (reached !== number - 1) await close();
    if (producer === undefined) {
      const name = `stageline-dispatcher-${options.origin}`;
      producer = await bus.openProducer(topic, { name, initialSequenceId: number - 1 });
      reached = number - 1;
    }
    return producer;
  };

  /** A holder that stopped keeps the name for minutes: the topic is unloaded while the name is tried. What it still sends is dropped by its numbers. */
  const takeName = async (failures: number): Promise<void> => {
    const now = clock.now();
    if (failures > 2 && now - unloaded > UNLOAD_EVERY_MS) {
      unloaded = now;
      log.warn({ topic }, 'dispatcher-name-taken-by-force');
      void options.admin
        ?.unload(topic)
        .catch((reason: unknown) => log.warn({ reason: messageOf(reason) }, 'topic-not-unloaded'));
    }
    await pause(now - unloaded < FORCE_MS ? 20 : 1_000, signal);
  };

  const sendWithoutNumber = async ({ number, message }: Effect): Promise<void> => {
    log.warn({ topic, number }, 'effect-sent-again');
    const own = await bus.openProducer(topic);
    try {
      await own.send(message);
    } finally {
      await own.close().catch(() => undefined);
    }
  };

  /** Sends them until one fails; takes out of `left` what is stored. False where they are not to be sent any more. */
  const sendInOrder = async (left: Effect[], { isWanted, stored }: SendOptions): Promise<boolean> => {
    const due = [...left];
    const [first] = due;
    if (first === undefined || !(await isWanted())) return first === undefined;
    const open = await producerFor(first.number);
    const underWay: { readonly effect: Effect; readonly ended: Promise<Stored> }[] = [];
    let halted: { readonly error: unknown } | undefined;
    try {
      for (;;) {
        const hasRoom = halted === undefined && !signal.aborted && underWay.length < WINDOW;
        const effect = hasRoom && (await isWanted()) ? due.shift() : undefined;
        if (effect !== undefined) {
          try {
            options.reach('effect-due');
          } catch (error) {
            halted = { error };
            continue;
          }
          const ended = open.send(effect.message);
          // Whoever waits for it hears of it.
          ended.catch(() => undefined);
          underWay.push({ effect, ended });
          continue;
        }
        const [oldest] = underWay;
        if (oldest === undefined) break;
        const { duplicate } = await oldest.ended;
        const { number } = oldest.effect;
        if (duplicate && number <= doubtful) await sendWithoutNumber(oldest.effect);
        underWay.shift();
        left.shift();
        reached = number;
        options.reach('effect-stored');
        fault = undefined;
        stored(number);
      }
      if (halted !== undefined) throw halted.error;
      return due.length === 0;
    } catch (error) {
      const last = underWay.at(-1)?.effect.number ?? 0;
      if (underWay.length > 1) doubtful = Math.max(doubtful, last);
      throw error;
    }
  };

  return {
    async send(effects, sending) {
      const left = [...effects];
      for (let failures = 1; left.length > 0 && !isAborted(signal); failures += 1) {
        const before = left.length;
        try {
          if (!(await sendInOrder(left, sending))) {
            fault = undefined;
            return false;
          }
        } catch (error) {
          const isTransient =
            hasCode(error, 'ENGINE_UNAVAILABLE') || hasCode(error, 'LEASE_HELD') || hasCode(error, 'CLOSED');
          if (!isTransient) throw error;
          if (left.length < before) failures = 1;
          fault = messageOf(error);
          log.warn({ topic, number: left[0]?.number, failures, reason: fault }, 'effect-not-published');
          await close();
          if (hasCode(error, 'LEASE_HELD')) await takeName(failures);
          else await pause(Math.min(5_000, 100 * 2 ** failures), signal);
        }
      }
      return left.length === 0;
    },
    fault: () => fault,
    close,
  };
}
