import { randomUUID } from 'node:crypto';
import { pause } from '../../core/pause.js';
import { AppError } from '../../errors.js';
import type { Reader, ReaderOptions } from '../../ports/bus.js';
import { openNativeConsumer } from './consumer.js';
import type { NativeConsumerSetup } from './consumer.js';
import type { NativeDriver, NativeMessageId } from './driver.js';
import { fault, fromNative } from './messages.js';
import { createPart } from './part.js';
import { createSource } from './source.js';

/** Messages that the client reads ahead. */
const QUEUE = 100;

/** At the end of the topic: how soon, and how seldom at most, to look for more. */
const POLL_MS = { soonest: 1, latest: 20 };

export interface NativeReaderSetup extends Omit<NativeConsumerSetup, 'options'> {
  readonly options: ReaderOptions;
  /** Called when a read does not come back, so that neither reader nor client can ever be closed without a crash. */
  readonly onStuck: () => void;
}

/**
 * Opens a reader. It asks `hasNext` and only then calls `readNext`: a `readNext` with a timeout, or one that is pending
 * when its reader is closed, crashes the process, and a listener misses messages that come before it is attached.
 */
export async function openNativeReader(setup: NativeReaderSetup): Promise<Reader> {
  const { driver, client, topic, options, limits, onStuck } = setup;
  if (topic.startsWith('non-persistent://')) return openLiveReader(setup);
  const native = await client
    .createReader({ topic, startMessageId: startOf(driver, options), receiverQueueSize: QUEUE })
    .catch((error: unknown) => {
      throw fault('ENGINE_UNAVAILABLE', topic, error);
    });

  const source = createSource(
    async () => {
      let wait = POLL_MS.soonest;
      // Without a connection hasNext would hold the whole process until the client gives up.
      while (!native.isConnected() || !native.hasNext()) {
        await pause(wait);
        if (part.ended !== undefined) throw part.ended;
        wait = Math.min(wait * 2, POLL_MS.latest);
      }
      const received = await native.readNext();
      return fromNative(received, received.getMessageId());
    },
    (error) => part.fail(fault('ENGINE_UNAVAILABLE', topic, error)),
  );
  const part = createPart({
    what: `the reader on ${topic}`,
    limits,
    isConnected: () => native.isConnected(),
    onEnd: (reason) => source.end(reason),
    async release() {
      const limit = new AbortController();
      const idle = source.idle().then(() => true);
      const done = await Promise.race([idle, pause(limits.closeMs, limit.signal).then(() => false)]);
      limit.abort();
      if (done) await native.close();
      else onStuck();
    },
  });

  return {
    lost: part.lost,
    receive: (wanted) => source.receive(wanted),
    close: () => part.close(),
  };
}

function startOf(driver: NativeDriver, { start }: ReaderOptions): NativeMessageId {
  if (start === 'earliest') return driver.MessageId.earliest();
  if (start === 'latest') return driver.MessageId.latest();
  try {
    return driver.MessageId.deserialize(Buffer.from(start.after, 'base64'));
  } catch (error) {
    throw new AppError('ENGINE_UNAVAILABLE', `${start.after} is no message id of Pulsar`, { cause: error });
  }
}

/** A non-persistent topic cannot say whether there is more: read it with a subscription that ends with its consumer. */
async function openLiveReader(setup: NativeReaderSetup): Promise<Reader> {
  const subscription = `reader-${randomUUID()}`;
  return openNativeConsumer({
    ...setup,
    options: { subscription, type: 'Exclusive', initialPosition: 'latest', queueSize: QUEUE },
  });
}
