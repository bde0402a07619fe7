import { AppError } from '../../errors.js';
import type { Bus } from '../../ports/bus.js';
import type { Credentials } from '../../ports/credentials.js';
import type { Log } from '../../ports/system.js';
import { clientConfig } from './client-config.js';
import { openNativeConsumer } from './consumer.js';
import { asDriver, loadPulsarClient } from './driver.js';
import type { NativeDriver } from './driver.js';
import type { PartLimits } from './part.js';
import { MAX_PAYLOAD_BYTES, openNativeProducer } from './producer.js';
import { openNativeReader } from './reader.js';

export { isPulsarNativeInstalled } from './driver.js';

const DEFAULT_LIMITS: PartLimits = { disconnectedMs: 10_000, checkMs: 1000, closeMs: 5000 };

export interface PulsarNativeBusOptions {
  /** The broker's address, such as `pulsar://127.0.0.1:6650`. */
  readonly url: string;
  readonly credentials?: Credentials | undefined;
  readonly log?: Log;
  /** How long a message that was given back waits before it comes again. @defaultValue 1000 */
  readonly negativeAckDelayMs?: number;
  /** When something counts as lost or stuck. @defaultValue DEFAULT_LIMITS */
  readonly limits?: PartLimits;
  /** Loads the package `pulsar-client`. @defaultValue a dynamic import */
  readonly load?: () => Promise<unknown>;
}

/**
 * The bus over `pulsar-client`, Pulsar's native client. Rejects with INVALID_CONFIG where the package cannot be loaded.
 *
 * - A lease is `accessMode: 'Exclusive'`: who loses it is fenced, for good (LEASE_LOST).
 * - The client reconnects by itself; what has no connection for ten seconds is `lost`.
 * - `priorityLevel` has no effect: the client cannot say it.
 * - A reader that is given an id that the topic does not hold starts silently at the end: that is Pulsar's.
 */
export async function createPulsarNativeBus(options: PulsarNativeBusOptions): Promise<Bus> {
  const { url, credentials, log, negativeAckDelayMs = 1000, limits = DEFAULT_LIMITS } = options;
  const { load = loadPulsarClient } = options;
  const driver = asDriver(await load());
  if (log !== undefined) writeLog(driver, log);
  const client = new driver.Client(await clientConfig({ driver, url, credentials, log }));
  const parts = new Set<{ close(): Promise<void> }>();
  let closed = false;
  let stuck = false;

  /** Whatever is open is closed before the client: an open consumer would keep the process alive. */
  const keep = async <T extends { readonly lost: AbortSignal; close(): Promise<void> }>(
    open: () => Promise<T>,
  ): Promise<T> => {
    if (closed) throw new AppError('CLOSED', 'the bus is closed');
    const part = await open();
    const kept = {
      ...part,
      async close() {
        await part.close();
        parts.delete(kept);
      },
    };
    parts.add(kept);
    part.lost.addEventListener('abort', () => {
      log?.warn({ reason: (part.lost.reason as Error).message }, 'bus-part-lost');
      void kept.close();
    });
    if (!isClosed()) return kept;
    await kept.close();
    throw new AppError('CLOSED', 'the bus is closed');
  };
  const isClosed = (): boolean => closed;

  return {
    kind: 'pulsar',
    maxMessageBytes: MAX_PAYLOAD_BYTES,
    openProducer: (topic, producer = {}) =>
      keep(() => openNativeProducer({ client, topic, options: producer, limits })),
    openConsumer: (topic, consumer) =>
      keep(() =>
        openNativeConsumer({ driver, client, topic, options: consumer, limits, negativeAckDelayMs }),
      ),
    openReader: (topic, reader) =>
      keep(() =>
        openNativeReader({
          driver,
          client,
          topic,
          options: reader,
          limits,
          negativeAckDelayMs,
          onStuck() {
            stuck = true;
            log?.error({ topic }, 'reader-stuck');
          },
        }),
      ),
    async close() {
      if (closed) return;
      closed = true;
      await Promise.all([...parts].map((part) => part.close()));
      if (!stuck) await client.close();
    },
  };
}

/** Passes the client's own log on. It is one for the whole process. */
function writeLog(driver: NativeDriver, log: Log): void {
  driver.Client.setLogHandler((...[level, file, line, message]) => {
    const facts = { file, line, message };
    if (level >= 3) log.error(facts, 'pulsar-client');
    else if (level === 2) log.warn(facts, 'pulsar-client');
    else log.debug(facts, 'pulsar-client');
  });
}
