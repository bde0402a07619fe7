/** A message to send. `key` orders it and chooses its consumer; properties are strings. */
export interface OutgoingMessage {
  readonly payload: Buffer;
  readonly key?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** When what it tells of happened, in whole milliseconds since 1970 (above 0). */
  readonly eventTime?: number;
}

/** A message as received. `id` is opaque, stable, and usable as a reader's start. */
export interface ReceivedMessage {
  readonly id: string;
  readonly payload: Buffer;
  readonly key?: string;
  readonly properties: Readonly<Record<string, string>>;
  /** When the bus stored it, in milliseconds since 1970, by the bus's clock. */
  readonly publishTime: number;
  /** As its sender gave it. */
  readonly eventTime?: number;
}

/** Proof that a message is stored. `duplicate`: the bus knew its sequence id already; `id` is then empty. */
export interface Stored {
  readonly id: string;
  readonly duplicate: boolean;
}

export interface ProducerOptions {
  /** Fixed name; a second producer of that name on the topic is refused. Without it the bus makes one up. */
  readonly name?: string;
  /** Hold the topic alone (a lease). Needs `name`. A second one is refused with LEASE_HELD. */
  readonly exclusive?: boolean;
  /** The last sequence id known to be stored: the next message gets this plus one, and so on. Only where the topic deduplicates. */
  readonly initialSequenceId?: number;
  /** A send that is not stored by then fails. @defaultValue 10000 */
  readonly sendTimeoutMs?: number;
}

export interface Producer {
  /** Resolves when the message is stored; messages of one producer are stored in the order of the calls. Rejects with ENGINE_UNAVAILABLE, TOO_LARGE, LEASE_LOST or CLOSED; whether the message is stored is then unknown. */
  send(message: OutgoingMessage): Promise<Stored>;
  /** Aborted, with the reason, when the producer is lost (fenced, socket closed, no pong); never on close(). */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

export type SubscriptionType = 'Failover' | 'Key_Shared' | 'Shared' | 'Exclusive';

export interface ConsumerOptions {
  readonly subscription: string;
  readonly type: SubscriptionType;
  /** Where a new subscription starts. @defaultValue 'earliest' */
  readonly initialPosition?: 'earliest' | 'latest';
  /** With Failover: the lowest number is active. @defaultValue 0 */
  readonly priorityLevel?: number;
  /** Messages kept ready at most. @defaultValue 1000 */
  readonly queueSize?: number;
}

export interface ReceiveOptions {
  /** At most so many. */
  readonly max: number;
  /** Resolve empty after this long without a message. */
  readonly waitMs: number;
  /** Stop at this many payload bytes (the first message always fits). */
  readonly maxBytes?: number;
  /** After the first message, wait this long for more. @defaultValue 0 */
  readonly lingerMs?: number;
}

export interface Consumer {
  /** What has arrived; empty after `waitMs`. Rejects with ENGINE_UNAVAILABLE or CLOSED once the consumer is lost. One call at a time. */
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Done with this message: it is never delivered again. Resolves when handed to the bus; may be lost in a crash (then it comes again). */
  acknowledge(message: ReceivedMessage): Promise<void>;
  /** Give it back: it is delivered again, later. With Key_Shared and Failover it keeps its order only if everything after it is given back too. */
  negativeAcknowledge(message: ReceivedMessage): Promise<void>;
  /** Aborted when the consumer is lost; never on close(). */
  readonly lost: AbortSignal;
  /** Unacknowledged messages go to other consumers of the subscription. */
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** Start behind this message id (exclusive), or at one of the ends. */
  readonly start: 'earliest' | 'latest' | { readonly after: string };
}

export interface Reader {
  /** As Consumer.receive: messages in the order of the topic. */
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/**
 * Topics with ordered, durable messages.
 *
 * - A topic is named `persistent://tenant/namespace/topic`; `non-persistent://…` keeps nothing.
 * - Messages with one key keep their order in every subscription type but Shared.
 * - Messages that are not acknowledged come again after a consumer or the process ends.
 * - Producers with a fixed name and `initialSequenceId` are deduplicated on topics whose namespace deduplicates.
 */
export interface Bus {
  readonly kind: 'embedded' | 'pulsar' | 'pulsar-ws';
  /** Largest payload in bytes. */
  readonly maxMessageBytes: number;
  openProducer(topic: string, options?: ProducerOptions): Promise<Producer>;
  openConsumer(topic: string, options: ConsumerOptions): Promise<Consumer>;
  openReader(topic: string, options: ReaderOptions): Promise<Reader>;
  close(): Promise<void>;
}
