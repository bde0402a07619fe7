import { AppError } from '../../errors.js';
import type { Bus } from '../../ports/bus.js';
import type { Log } from '../../ports/system.js';
import { openWsConsumer } from './consumer.js';
import { MAX_PAYLOAD_BYTES } from './frames.js';
import type { OpenEndpoint } from './open-endpoint.js';
import { openWsProducer } from './producer.js';
import { openWsReader } from './reader.js';
import { openSocket } from './socket.js';
import type { Socket } from './socket.js';
import { endpointUrl } from './url.js';

export interface PulsarWsBusOptions {
  /** The broker's or WebSocket proxy's address, such as `ws://127.0.0.1:8080`. */
  readonly url: string;
  readonly log?: Log;
  /** Limit for opening a producer, consumer or reader. @defaultValue 10000 */
  readonly openTimeoutMs?: number;
  /** How often to ping; silence for as long after a ping is a lost socket. @defaultValue 10000 */
  readonly pingMs?: number;
  /** How long a message that was given back waits before it comes again. @defaultValue 1000 */
  readonly negativeAckDelayMs?: number;
}

/**
 * The bus over Pulsar's WebSocket API.
 *
 * - Nothing reconnects by itself: what is cut off is `lost`, and whoever holds it opens it anew.
 * - A lease is a fixed producer name: a second producer of that name is refused (409, LEASE_HELD).
 * - A consumer holds at most 1,000 unacknowledged messages, and needs a broker that knows
 *   `subscriptionInitialPosition` (4.0 does) to start a new subscription at the beginning.
 * - A reader that is given an id that the topic does not hold starts silently at the end: that is Pulsar's.
 */
export function createPulsarWsBus(options: PulsarWsBusOptions): Bus {
  const { url, log, openTimeoutMs = 10_000, pingMs = 10_000, negativeAckDelayMs = 1000 } = options;
  const sockets = new Set<Socket>();
  let closed = false;

  const open: OpenEndpoint = async ({ endpoint, onText, onEnd }) => {
    if (isClosed()) throw new AppError('CLOSED', 'the bus is closed');
    let socket: Socket | undefined = undefined;
    socket = await openSocket({
      url: endpointUrl(url, endpoint),
      what: `the ${endpoint.role} on ${endpoint.topic}`,
      openTimeoutMs,
      pingMs,
      onText,
      onEnd(reason) {
        if (socket !== undefined) sockets.delete(socket);
        if (reason.code !== 'CLOSED')
          log?.warn({ topic: endpoint.topic, reason: reason.message }, 'socket-lost');
        onEnd(reason);
      },
    });
    if (isClosed()) await socket.close();
    if (socket.ended !== undefined) throw socket.ended;
    sockets.add(socket);
    return socket;
  };
  // Asked through a function, since it can change while a socket is opened.
  const isClosed = (): boolean => closed;

  return {
    kind: 'pulsar-ws',
    maxMessageBytes: MAX_PAYLOAD_BYTES,
    openProducer: (topic, producer) => openWsProducer(open, topic, producer),
    openConsumer: (topic, consumer) => openWsConsumer({ open, topic, options: consumer, negativeAckDelayMs }),
    openReader: (topic, reader) => openWsReader(open, topic, reader),
    async close() {
      closed = true;
      await Promise.all([...sockets].map((socket) => socket.close()));
    },
  };
}
