import type { Consumer, ConsumerOptions, ReceivedMessage, SubscriptionType } from '../../ports/bus.js';
import type { NativeClient, NativeConsumerConfig, NativeDriver, NativeMessageId } from './driver.js';
import { fault, fromNative, isRefusedName } from './messages.js';
import { createPart } from './part.js';
import type { PartLimits } from './part.js';
import { createSource } from './source.js';

const DEFAULT_QUEUE = 1000;

const TYPES: Readonly<Record<SubscriptionType, NativeConsumerConfig['subscriptionType']>> = {
  Failover: 'Failover',
  Key_Shared: 'KeyShared',
  Shared: 'Shared',
  Exclusive: 'Exclusive',
};

export interface NativeConsumerSetup {
  readonly driver: NativeDriver;
  readonly client: NativeClient;
  readonly topic: string;
  readonly options: ConsumerOptions;
  readonly limits: PartLimits;
  readonly negativeAckDelayMs: number;
}

/** Opens a consumer. The client knows no `priorityLevel`: with Failover the broker chooses the active one. */
export async function openNativeConsumer(setup: NativeConsumerSetup): Promise<Consumer> {
  const { driver, client, topic, options, limits, negativeAckDelayMs } = setup;
  const native = await client
    .subscribe({
      topic,
      subscription: options.subscription,
      subscriptionType: TYPES[options.type],
      subscriptionInitialPosition: options.initialPosition === 'latest' ? 'Latest' : 'Earliest',
      receiverQueueSize: options.queueSize ?? DEFAULT_QUEUE,
      nAckRedeliverTimeoutMs: negativeAckDelayMs,
    })
    .catch((error: unknown) => {
      throw fault(isRefusedName(error) ? 'LEASE_HELD' : 'ENGINE_UNAVAILABLE', topic, error);
    });

  // A message of a batch is acknowledged by the id it came with: one made from the text does not know its batch.
  const ids = new WeakMap<ReceivedMessage, NativeMessageId>();
  const nativeId = (message: ReceivedMessage): NativeMessageId =>
    ids.get(message) ?? driver.MessageId.deserialize(Buffer.from(message.id, 'base64'));

  const source = createSource(
    async () => {
      const received = await native.receive();
      const id = received.getMessageId();
      const message = fromNative(received, id);
      ids.set(message, id);
      return message;
    },
    (error) => part.fail(fault('ENGINE_UNAVAILABLE', topic, error)),
  );
  const part = createPart({
    what: `the consumer on ${topic}`,
    limits,
    isConnected: () => native.isConnected(),
    onEnd: (reason) => source.end(reason),
    release: () => native.close(),
  });

  return {
    lost: part.lost,
    receive: (wanted) => source.receive(wanted),
    async acknowledge(message) {
      if (part.ended !== undefined) throw part.ended;
      try {
        await native.acknowledgeId(nativeId(message));
      } catch (error) {
        throw fault('ENGINE_UNAVAILABLE', topic, error);
      }
    },
    async negativeAcknowledge(message) {
      if (part.ended !== undefined) throw part.ended;
      if (options.type === 'Shared' || options.type === 'Key_Shared') {
        native.negativeAcknowledgeId(nativeId(message));
        return;
      }
      // With one active consumer the client would give back everything that is unacknowledged, also what is being
      // worked on. The message is still this consumer's: hand it out again from here.
      setTimeout(() => source.giveBack(message), negativeAckDelayMs).unref();
    },
    close: () => part.close(),
  };
}
