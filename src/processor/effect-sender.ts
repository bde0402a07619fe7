import type { Reach } from '../core/failpoints.js';
import { isAborted, pause } from '../core/pause.js';
import { hasCode, messageOf } from '../errors.js';
import type { Bus, OutgoingMessage, Producer } from '../ports/bus.js';
import type { Clock, Log } from '../ports/system.js';
import type { TopicAdmin } from '../ports/topic-admin.js';

/** The topic is unloaded at most this often to take the dispatcher's name, and the name tried in a loop for so long after. */
const UNLOAD_EVERY_MS = 30_000;
const FORCE_MS = 5_000;

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

export interface EffectSender {
  /** Stores the effect of this number, trying until it is; false where the signal came first, or it is not wanted any more. */
  send(number: number, message: OutgoingMessage, isWanted: () => Promise<boolean>): Promise<boolean>;
  /** Why the last try failed; undefined once one has not. */
  fault(): string | undefined;
  close(): Promise<void>;
}

/**
 * The one producer of a topic's effects. An effect's number is its message's sequence id, so the broker drops what it has
 * already: after a cut the topic is opened anew behind the last number known to be stored, and the answer "duplicate" then
 * means stored. So it is behind numbers that were skipped, since a producer can leave out none: the broker takes a gap,
 * but no way back.
 */
export function createEffectSender(options: EffectSenderOptions): EffectSender {
  const { bus, topic, clock, log, signal } = options;
  let producer: Producer | undefined;
  /** The last number that the producer stored, or began behind. */
  let reached = 0;
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

  return {
    async send(number, message, isWanted) {
      for (let failures = 1; !isAborted(signal); failures += 1) {
        if (!(await isWanted())) {
          fault = undefined;
          return false;
        }
        try {
          const open = await producerFor(number);
          options.reach('effect-due');
          await open.send(message);
          reached = number;
          options.reach('effect-stored');
          fault = undefined;
          return true;
        } catch (error) {
          const isTransient =
            hasCode(error, 'ENGINE_UNAVAILABLE') || hasCode(error, 'LEASE_HELD') || hasCode(error, 'CLOSED');
          if (!isTransient) throw error;
          fault = messageOf(error);
          log.warn({ topic, number, failures, reason: fault }, 'effect-not-published');
          await close();
          if (hasCode(error, 'LEASE_HELD')) await takeName(failures);
          else await pause(Math.min(5_000, 100 * 2 ** failures), signal);
        }
      }
      return false;
    },
    fault: () => fault,
    close,
  };
}
