import { AppError } from '../../errors.js';
import type { Producer, ProducerOptions, Stored } from '../../ports/bus.js';
import { encode } from './bus-codec.js';
import type { BusEngine } from './bus-engine.js';
import { createHandle, type Handle } from './handle.js';
import type { Topic } from './topic.js';

const DEFAULT_SEND_TIMEOUT_MS = 10_000;

interface Sending {
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
}

/** The sequence id to go on from; undefined where nothing is deduplicated. */
async function lastSequence(topic: Topic, options: ProducerOptions): Promise<number | undefined> {
  if (options.name === undefined) return undefined;
  const stored = await topic.log.sequenceOf(options.name);
  return options.initialSequenceId ?? stored;
}

/** Opens a producer of a topic. */
export async function openLevelProducer(
  engine: BusEngine,
  topic: Topic,
  options: ProducerOptions,
): Promise<Producer> {
  const { name, sendTimeoutMs = DEFAULT_SEND_TIMEOUT_MS } = options;
  const leave = topic.admit(options);
  const unsettled = new Set<Promise<Stored>>();
  let sequence: number | undefined;
  try {
    sequence = await lastSequence(topic, options);
  } catch (error) {
    leave();
    throw engine.unavailable(error);
  }

  const drained = async (): Promise<void> => {
    await Promise.allSettled([...unsettled]);
    leave();
    engine.unregister(handle);
  };
  const handle: Handle = createHandle(`producer of ${topic.log.name}`, () => undefined, drained);
  engine.register(handle);

  const nextSequence = (): { name: string; number: number } | undefined => {
    if (name === undefined || sequence === undefined) return undefined;
    sequence += 1;
    return { name, number: sequence };
  };

  const withTimeout = (start: (sending: Sending) => void): Promise<Stored> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new AppError('ENGINE_UNAVAILABLE', `Not stored within ${sendTimeoutMs} ms.`));
      }, sendTimeoutMs);
      start({
        resolve: (stored) => {
          clearTimeout(timer);
          resolve(stored);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      });
    });

  return {
    lost: handle.lost,
    send: async (message) => {
      if (handle.ended) throw handle.ended;
      const value = encode(message);
      const sent = withTimeout((sending) => {
        engine.append({ log: topic.log, value, sequence: nextSequence(), number: 0, ...sending });
      });
      unsettled.add(sent);
      const settled = (): void => {
        unsettled.delete(sent);
      };
      sent.then(settled, settled);
      return sent;
    },
    close: handle.close,
  };
}
