import type { Consumer, ConsumerOptions, ReceivedMessage } from '../../ports/bus.js';
import { openDelivery } from './delivery.js';
import { acknowledgeFrame, negativeAcknowledgeFrame } from './frames.js';
import type { OpenEndpoint } from './open-endpoint.js';

/** The proxy keeps no more than so many messages unacknowledged. */
const MAX_QUEUE = 1000;

export interface WsConsumerSetup {
  readonly open: OpenEndpoint;
  readonly topic: string;
  readonly options: ConsumerOptions;
  readonly negativeAckDelayMs: number;
}

/** Opens a consumer. At most `queueSize` messages (and never above 1,000) are handed out and unacknowledged. */
export async function openWsConsumer(setup: WsConsumerSetup): Promise<Consumer> {
  const { open, topic, options, negativeAckDelayMs } = setup;
  const { socket, inbox } = await openDelivery(open, {
    role: 'consumer',
    topic,
    subscription: options.subscription,
    parameters: {
      subscriptionType: options.type,
      subscriptionInitialPosition: options.initialPosition === 'latest' ? 'Latest' : 'Earliest',
      receiverQueueSize: Math.min(options.queueSize ?? MAX_QUEUE, MAX_QUEUE),
      priorityLevel: options.priorityLevel,
      negativeAckRedeliveryDelay: negativeAckDelayMs,
    },
  });

  /** Hands a message out again from here: it is still this consumer's. Nothing to undo once the inbox has ended. */
  const returnLater = (message: ReceivedMessage): void => {
    setTimeout(() => inbox.giveBack(message), negativeAckDelayMs).unref();
  };

  return {
    lost: socket.lost,
    receive: (wanted) => inbox.receive(wanted),
    acknowledge: (message) => socket.send(acknowledgeFrame(message.id)),
    async negativeAcknowledge(message) {
      if (socket.ended !== undefined) throw socket.ended;
      // With one active consumer the client in the proxy would give back everything that is unacknowledged,
      // also what is being worked on, and the proxy would count those messages twice.
      if (options.type === 'Failover' || options.type === 'Exclusive') returnLater(message);
      else await socket.send(negativeAcknowledgeFrame(message.id));
    },
    close: () => socket.close(),
  };
}
