import { AppError } from '../../errors.js';
import type { Bus } from '../../ports/bus.js';
import type { Credentials } from '../../ports/credentials.js';
import type { Log } from '../../ports/system.js';
import { openWsConsumer } from './consumer.js';
import { MAX_PAYLOAD_BYTES } from './frames.js';
import type { OpenEndpoint } from './open-endpoint.js';
import { openWsProducer } from './producer.js';
import { openWsReader } from './reader.js';
import { openShown, type ShownSocket } from './open-shown.js';
import { startRenewal } from './renewal.js';
import { endpointUrl } from './url.js';

export interface PulsarWsBusOptions {
  /** The broker's or WebSocket proxy's address, such as `ws://127.0.0.1:8080`. */
  readonly url: string;
  /** Shown in the header of each upgrade, never in the address. */
  readonly credentials?: Credentials | undefined;
  readonly log?: Log;
  /** Limit for opening a producer, consumer or reader. @defaultValue 10000 */
  readonly openTimeoutMs?: number;
  /** How often to ping; silence for as long after a ping is a lost socket. @defaultValue 10000 */
  readonly pingMs?: number;
  /** How long a message that was given back waits before it comes again. @defaultValue 1000 */
  readonly negativeAckDelayMs?: number;
  /** How often to look whether the credentials have changed. @defaultValue 5000 */
  readonly renewalMs?: number;
}

/**
 * The bus over Pulsar's WebSocket API.
 *
 * - Sockets are given up too when the credentials change: Pulsar would not notice.
 * - Nothing reconnects by itself: what is cut off is `lost`, and whoever holds it opens it anew.
 * - A lease is a fixed producer name: a second producer of that name is refused (409, LEASE_HELD).
 * - A consumer holds at most 1,000 unacknowledged messages, and needs a broker that knows
 *   `subscriptionInitialPosition` (4.0 does) to start a new subscription at the beginning.
 * - A reader that is given an id that the topic does not hold starts silently at the end: that is Pulsar's.
 */
export function createPulsarWsBus(options: PulsarWsBusOptions): Bus {
  const { url, credentials, log, openTimeoutMs = 10_000, pingMs = 10_000 } = options;
  const { negativeAckDelayMs = 1000, renewalMs = 5_000 } = options;
  const sockets = new Set<ShownSocket>();
  const renewal =
    credentials === undefined ? undefined : startRenewal({ credentials, sockets, log, everyMs: renewalMs });
  let closed = false;

  const open: OpenEndpoint = async ({ endpoint, onText, onEnd }) => {
    if (isClosed()) throw new AppError('CLOSED', 'the bus is closed');
    let shown: ShownSocket | undefined = undefined;
    shown = await openShown({
      credentials,
      endpoint,
      url: endpointUrl(url, endpoint),
      what: `the ${endpoint.role} on ${endpoint.topic}`,
      openTimeoutMs,
      pingMs,
      onText,
      onEnd(reason) {
        if (shown !== undefined) sockets.delete(shown);
        if (reason.code !== 'CLOSED')
          log?.warn({ topic: endpoint.topic, reason: reason.message }, 'socket-lost');
        onEnd(reason);
      },
    });
    const { socket } = shown;
    if (isClosed()) await socket.close();
    if (socket.ended !== undefined) throw socket.ended;
    sockets.add(shown);
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
      clearInterval(renewal);
      await Promise.all([...sockets].map(({ socket }) => socket.close()));
    },
  };
}
