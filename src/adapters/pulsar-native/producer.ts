import { AppError } from '../../errors.js';
import type { OutgoingMessage, Producer, ProducerOptions, Stored } from '../../ports/bus.js';
import type { NativeClient, NativeMessageId } from './driver.js';
import { fault, idOf, isNowhere, isRefusedName, sendFault, toNative } from './messages.js';
import { createPart } from './part.js';
import type { PartLimits } from './part.js';

const DEFAULT_SEND_TIMEOUT_MS = 10_000;

/** Largest payload: the broker's limit of 5 MiB, less room for key and properties. */
export const MAX_PAYLOAD_BYTES = 5 * 1024 * 1024 - 128 * 1024;

/** Messages on their way at once. The client fails what is above its own limit, so this stays below it. */
const MAX_IN_FLIGHT = 1000;

export interface NativeProducerSetup {
  readonly client: NativeClient;
  readonly topic: string;
  readonly options: ProducerOptions;
  readonly limits: PartLimits;
}

/** A message that is not known to be stored yet. */
interface Pending {
  readonly message: OutgoingMessage;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (reason: Error) => void;
}

/** Opens a producer. Any failed send ends it: what follows a failure must not be stored before it is sent again. */
export async function openNativeProducer(setup: NativeProducerSetup): Promise<Producer> {
  const { client, topic, options, limits } = setup;
  if (options.exclusive === true && options.name === undefined) {
    throw new AppError('INVALID_CONFIG', `an exclusive producer on ${topic} needs a name`);
  }
  const native = await client
    .createProducer({
      topic,
      ...(options.name === undefined ? {} : { producerName: options.name }),
      accessMode: options.exclusive === true ? 'Exclusive' : 'Shared',
      ...(options.initialSequenceId === undefined ? {} : { initialSequenceId: options.initialSequenceId }),
      sendTimeoutMs: options.sendTimeoutMs ?? DEFAULT_SEND_TIMEOUT_MS,
      maxPendingMessages: 2 * MAX_IN_FLIGHT,
      // To block would block the event loop.
      blockIfQueueFull: false,
      // The client never sets a batch's highest sequence id, so deduplication would store twice and lose.
      batchingEnabled: false,
    })
    .catch((error: unknown) => {
      throw fault(isRefusedName(error) ? 'LEASE_HELD' : 'ENGINE_UNAVAILABLE', topic, error);
    });

  const keepsMessages = topic.startsWith('persistent://');
  const waiting: Pending[] = [];
  const inFlight = new Set<Pending>();
  const part = createPart({
    what: `the producer on ${topic}`,
    limits,
    isConnected: () => native.isConnected(),
    onEnd(reason) {
      const all = [...inFlight, ...waiting];
      inFlight.clear();
      waiting.length = 0;
      for (const pending of all) pending.reject(reason);
    },
    release: () => native.close(),
  });

  const stored = (pending: Pending, id: NativeMessageId): void => {
    const duplicate = keepsMessages && isNowhere(id);
    pending.resolve({ id: duplicate ? '' : idOf(id), duplicate });
  };
  const failed = (pending: Pending, error: unknown): void => {
    const reason = sendFault(topic, error);
    pending.reject(reason);
    // A message that is refused for its size was not sent and took no number: what follows is not out of order.
    if (reason.code !== 'TOO_LARGE') part.fail(reason);
  };
  const pump = (): void => {
    while (inFlight.size < MAX_IN_FLIGHT) {
      const next = waiting.shift();
      if (next === undefined) return;
      inFlight.add(next);
      native
        .send(toNative(next.message))
        .then(
          (id) => stored(next, id),
          (error: unknown) => failed(next, error),
        )
        .finally(() => {
          inFlight.delete(next);
          pump();
        });
    }
  };

  return {
    lost: part.lost,
    close: () => part.close(),
    send(message) {
      if (part.ended !== undefined) return Promise.reject(part.ended);
      if (message.payload.length > MAX_PAYLOAD_BYTES) {
        return Promise.reject(
          new AppError(
            'TOO_LARGE',
            `a message of ${message.payload.length} bytes does not fit: at most ${MAX_PAYLOAD_BYTES} bytes`,
          ),
        );
      }
      return new Promise((resolve, reject) => {
        waiting.push({ message, resolve, reject });
        pump();
      });
    },
  };
}
