import { pause } from '../../core/pause.js';
import { hasCode } from '../../errors.js';
import type { Bus, ConsumerOptions, ReceivedMessage, ReceiveOptions } from '../../ports/bus.js';
import { BeamFault } from './fault.js';
import type { Subscribing } from './subscription.js';

/** Messages kept ready for one client, or, over WebSocket, handed out and not acknowledged. */
const QUEUE = 1_000;
const RETRY_MS = 50;

/** Where a client's messages come from. */
export interface Source {
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** The client has these: they do not come again. */
  acknowledge(messages: readonly ReceivedMessage[]): Promise<void>;
  /** False where nothing is remembered when the client goes. */
  readonly remembers: boolean;
  close(): Promise<void>;
}

export interface SourceOptions {
  readonly bus: Bus;
  readonly topic: string;
  readonly subscribing: Subscribing;
  /** Where to start if the client says nothing. */
  readonly position: 'latest' | 'earliest';
  /** The last message that the client had, where nothing is remembered. */
  readonly after?: string | undefined;
  /** How long to wait for a subscription that somebody has alone: who has just gone is still there for the bus. */
  readonly busyMs: number;
}

/**
 * Opens a named subscription; where none is named, a reader, so that there is nothing that could be left behind, however
 * the client or this process ends.
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  const { bus, topic, subscribing, after } = options;
  const { name: subscription, type, position = options.position } = subscribing;
  if (subscription === undefined) return openUnnamed(bus, topic, after === undefined ? position : { after });
  const consumer = await openPatiently(options, {
    subscription,
    type,
    initialPosition: position,
    queueSize: QUEUE,
  });
  return {
    remembers: true,
    receive: (wanted) => consumer.receive(wanted),
    async acknowledge(messages) {
      for (const message of messages) await consumer.acknowledge(message);
    },
    close: () => consumer.close(),
  };
}

async function openUnnamed(
  bus: Bus,
  topic: string,
  start: 'latest' | 'earliest' | { readonly after: string },
): Promise<Source> {
  const reader = await bus.openReader(topic, { start }).catch((cause: unknown) => {
    if (!hasCode(cause, 'NOT_FOUND')) throw cause;
    throw new BeamFault(422, 'Last-Event-ID is no message id of this topic; leave it out', { cause });
  });
  return {
    remembers: false,
    receive: (wanted) => reader.receive(wanted),
    acknowledge: async () => undefined,
    close: () => reader.close(),
  };
}

async function openPatiently(
  { bus, topic, busyMs }: SourceOptions,
  options: ConsumerOptions,
): Promise<Awaited<ReturnType<Bus['openConsumer']>>> {
  const end = performance.now() + busyMs;
  for (;;) {
    try {
      return await bus.openConsumer(topic, options);
    } catch (cause) {
      // In use as another type, the embedded bus says; Pulsar has one word for both.
      if (!hasCode(cause, 'LEASE_HELD') && !hasCode(cause, 'INVALID_CONFIG')) throw cause;
      if (performance.now() + RETRY_MS > end) {
        const detail = 'server error: ConsumerBusy: Exclusive consumer is already connected';
        throw new BeamFault(409, detail, { cause });
      }
      await pause(RETRY_MS);
    }
  }
}
