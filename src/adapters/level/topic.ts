import { AppError } from '../../errors.js';
import type { ConsumerOptions, ProducerOptions } from '../../ports/bus.js';
import { checkTopic, subscriptionKey } from './bus-codec.js';
import type { Database } from './database.js';
import { createSubscription, readSaved, type Subscription } from './subscription.js';
import type { SavedAcks } from './ack-set.js';
import { openTopicLog, type TopicLog } from './topic-log.js';

/** Acknowledged messages are deleted so many at a time. */
const TRIM_BATCH = 1_000;

/** What is kept of a topic's messages. */
export interface Retention {
  /** Acknowledged messages stay too. */
  readonly keepForEver: (topic: string) => boolean;
  /** Messages that stay while the topic has no subscription; undefined: all. */
  readonly keepLast: (topic: string) => number | undefined;
}

export interface TopicOptions {
  readonly db: Database;
  readonly name: string;
  readonly retention: Retention;
  /** A subscription's state is to be written some time. */
  readonly changed: (subscription: Subscription) => void;
  /** Old messages could not be deleted. */
  readonly trimFailed: (error: unknown) => void;
}

/** A topic: its log, its subscriptions, and who may write to it. */
export interface Topic {
  readonly log: TopicLog;
  /** Registers a producer, or refuses it with LEASE_HELD; the returned function takes it out. */
  admit(options: ProducerOptions): () => void;
  /** The subscription of that name; `fresh` if it has just been made. */
  subscription(options: ConsumerOptions): { readonly subscription: Subscription; readonly fresh: boolean };
  /** Deletes what nobody needs any more, a batch at a time. */
  trim(): void;
}

async function load(options: TopicOptions, log: TopicLog): Promise<Map<string, SavedAcks>> {
  const prefix = subscriptionKey(options.name, '');
  const saved = new Map<string, SavedAcks>();
  if (!log.durable) return saved;
  const end = `${prefix.slice(0, -1)}\x01`;
  for (const [key, value] of await options.db.iterator({ gte: prefix, lt: end }).all()) {
    saved.set(key.slice(prefix.length), readSaved(value));
  }
  return saved;
}

/** Opens a topic with all its subscriptions. */
export async function openTopic(options: TopicOptions): Promise<Topic> {
  const { db, name, retention } = options;
  const log = await openTopicLog(db, name, checkTopic(name));
  const subscriptions = new Map<string, Subscription>();
  const producers = new Set<{ readonly name: string | undefined; readonly exclusive: boolean }>();
  let trimming = false;

  const make = (subscriptionName: string, saved: SavedAcks): Subscription => {
    const subscription: Subscription = createSubscription({
      log,
      name: subscriptionName,
      saved,
      changed: () => {
        if (log.durable) options.changed(subscription);
        if (subscription.cursor - log.first >= TRIM_BATCH) trim();
      },
    });
    subscriptions.set(subscriptionName, subscription);
    return subscription;
  };

  /** The newest message that nobody needs, and how many such may pile up. */
  const disposable = (): { readonly upTo: number; readonly slack: number } => {
    if (subscriptions.size > 0) {
      const upTo = retention.keepForEver(name)
        ? 0
        : Math.min(...[...subscriptions.values()].map((subscription) => subscription.cursor));
      return { upTo, slack: TRIM_BATCH };
    }
    const keep = retention.keepLast(name);
    if (keep === undefined) return { upTo: 0, slack: TRIM_BATCH };
    return { upTo: log.tail - keep, slack: Math.min(TRIM_BATCH, Math.ceil(keep / 10) || 1) };
  };

  function trim(): void {
    if (trimming || !log.durable) return;
    const { upTo, slack } = disposable();
    if (Math.min(upTo, log.tail - 1) - log.first + 1 < slack) return;
    trimming = true;
    log.trim(upTo).then(
      () => {
        trimming = false;
        trim();
      },
      (error: unknown) => {
        trimming = false;
        options.trimFailed(error);
      },
    );
  }

  for (const [subscriptionName, saved] of await load(options, log)) make(subscriptionName, saved);
  trim();

  return {
    log,
    admit: ({ name: producer, exclusive = false }) => {
      if (exclusive && producer === undefined) {
        throw new AppError('INVALID_CONFIG', `An exclusive producer of ${name} needs a name.`);
      }
      for (const other of producers) {
        const clash = exclusive || other.exclusive || (producer !== undefined && producer === other.name);
        if (!clash) continue;
        throw new AppError(
          'LEASE_HELD',
          `${name} has a producer ${other.name ?? 'without a name'} that stands in the way of ${producer ?? 'another'}.`,
        );
      }
      const admitted = { name: producer, exclusive };
      producers.add(admitted);
      return () => producers.delete(admitted);
    },
    subscription: ({ subscription: subscriptionName, initialPosition = 'earliest' }) => {
      const known = subscriptions.get(subscriptionName);
      if (known && (known.inUse || log.durable)) return { subscription: known, fresh: false };
      const cursor = log.durable && initialPosition === 'earliest' ? log.first - 1 : log.tail;
      return { subscription: make(subscriptionName, { cursor, ranges: [] }), fresh: true };
    },
    trim,
  };
}
