import { isAborted, pause } from '../core/pause.js';
import { hasCode, messageOf } from '../errors.js';
import type { Bus, Consumer, SubscriptionType } from '../ports/bus.js';
import { deliver, type DeliverOptions } from './deliver.js';

const TYPES: Readonly<Record<DeliverOptions['webhook']['type'], SubscriptionType>> = {
  exclusive: 'Exclusive',
  shared: 'Shared',
  failover: 'Failover',
  keyshared: 'Key_Shared',
};
/** Messages kept ready: a webhook that stands still holds no more of them in memory. */
const QUEUE = 16;
/** Requests under way at once where the order does not count. */
const ABREAST = 8;
const WAIT_MS = 5_000;

export interface SubscriptionOptions extends DeliverOptions {
  readonly bus: Bus;
  /** How long to wait before a subscription that cannot be had is tried again. */
  readonly reopenMs: number;
}

/** Delivers one webhook's messages until the signal; it has its own consumer, so that it holds up no other. */
export async function runSubscription(options: SubscriptionOptions): Promise<void> {
  const { bus, topic, webhook, reopenMs, log, signal } = options;
  const type = TYPES[webhook.type];
  const told = { topic, subscription: webhook.subscription };
  let isTaken = false;
  while (!isAborted(signal)) {
    let consumer: Consumer | undefined;
    try {
      const { subscription, initialPosition } = webhook;
      consumer = await bus.openConsumer(topic, { subscription, type, initialPosition, queueSize: QUEUE });
      isTaken = false;
      await pump(consumer, type, options);
    } catch (error) {
      // Another instance delivers it: it is waited for, without a word each time.
      const held = hasCode(error, 'LEASE_HELD');
      if (!isAborted(signal) && !(held && isTaken))
        log[held ? 'info' : 'warn']({ ...told, reason: messageOf(error) }, 'webhook-waits');
      isTaken = held;
    } finally {
      await consumer
        ?.close()
        .catch((error: unknown) => log.warn({ ...told, reason: messageOf(error) }, 'webhook-not-closed'));
    }
    await pause(reopenMs, signal);
  }
}

async function pump(consumer: Consumer, type: SubscriptionType, options: SubscriptionOptions): Promise<void> {
  const { signal } = options;
  // A receive that waits answers when its consumer is closed.
  const end = (): void => void consumer.close().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!isAborted(signal)) {
      const messages = await consumer.receive({ max: type === 'Shared' ? ABREAST : 1, waitMs: WAIT_MS });
      await Promise.all(messages.map((message) => deliver(message, consumer, options)));
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
}
