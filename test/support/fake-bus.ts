import { AppError } from '../../src/errors.js';
import type {
  Bus,
  OutgoingMessage,
  Producer,
  ProducerOptions,
  Reader,
  ReceivedMessage,
  Stored,
} from '../../src/ports/bus.js';

/** A bus in memory whose connections can be cut; without consumers. */
export interface FakeBus extends Bus {
  /** Messages of a topic. */
  readonly topics: Map<string, ReceivedMessage[]>;
  put(topic: string, payload: string, key?: string): void;
  /** What producers were opened with, in order. */
  readonly opened: ProducerOptions[];
  /** Told of every message before it is stored; sends wait for it. */
  beforeSend: (topic: string, key: string | undefined) => Promise<void>;
  /** Cuts every open producer and reader. */
  cut(): void;
  /** While true nothing can be opened. */
  down: boolean;
  /** How sends end. `unknown-lost`: fails and is not stored; `unknown-stored`: fails and is stored. */
  sends: 'stored' | 'unknown-lost' | 'unknown-stored';
}

export function createFakeBus(): FakeBus {
  const topics = new Map<string, ReceivedMessage[]>();
  const cuts = new Set<() => void>();
  const woken = new Set<() => void>();
  const topic = (name: string): ReceivedMessage[] => {
    const messages = topics.get(name) ?? [];
    topics.set(name, messages);
    return messages;
  };
  /** By topic and producer: the highest sequence id stored. */
  const sequences = new Map<string, number>();
  const store = (name: string, { payload, key, properties = {} }: OutgoingMessage): void => {
    const messages = topic(name);
    messages.push({
      id: String(messages.length),
      payload,
      properties,
      publishTime: 0,
      ...(key === undefined ? {} : { key }),
    });
    for (const wake of woken) wake();
  };

  /** Something that can be cut. */
  const losable = (): { lost: AbortSignal; close: () => Promise<void>; gone: () => boolean } => {
    if (bus.down) throw new AppError('ENGINE_UNAVAILABLE', 'broker-7.internal does not answer');
    const cutting = new AbortController();
    let closed = false;
    const cut = (): void => {
      cuts.delete(cut);
      cutting.abort(new AppError('ENGINE_UNAVAILABLE', 'cut'));
      for (const wake of woken) wake();
    };
    cuts.add(cut);
    const close = async (): Promise<void> => {
      closed = true;
      cuts.delete(cut);
      for (const wake of woken) wake();
    };
    return { lost: cutting.signal, close, gone: () => closed || cutting.signal.aborted };
  };

  const bus: FakeBus = {
    kind: 'embedded',
    maxMessageBytes: 700_000,
    topics,
    put: (name, payload, key) =>
      store(name, { payload: Buffer.from(payload), ...(key === undefined ? {} : { key }) }),
    opened: [],
    beforeSend: async () => undefined,
    down: false,
    sends: 'stored',
    cut() {
      for (const cut of [...cuts]) cut();
    },
    async openProducer(name, options = {}): Promise<Producer> {
      const { lost, close, gone } = losable();
      bus.opened.push(options);
      const named = `${name} ${options.name ?? ''}`;
      let last = options.initialSequenceId;
      let before: Promise<unknown> = Promise.resolve();
      return {
        lost,
        close,
        send(message) {
          if (last !== undefined) last += 1;
          const sequence = last;
          const stored = before.then(() => sendOne(message, sequence));
          before = stored.catch(() => undefined);
          // That it was refused is heard late: what was sent behind it is stored by then.
          return stored.catch(async (error: unknown) => {
            await new Promise((resolve) => setTimeout(resolve, 10));
            throw error;
          });
        },
      };

      async function sendOne(message: OutgoingMessage, sequence: number | undefined): Promise<Stored> {
        await bus.beforeSend(name, message.key);
        if (gone()) throw new AppError('CLOSED', 'closed');
        const duplicate = sequence !== undefined && sequence <= (sequences.get(named) ?? 0);
        if (bus.sends !== 'unknown-lost' && !duplicate) {
          store(name, message);
          if (sequence !== undefined) sequences.set(named, sequence);
        }
        if (bus.sends !== 'stored') throw new AppError('ENGINE_UNAVAILABLE', 'no answer');
        return { id: duplicate ? '' : String(topic(name).length - 1), duplicate };
      }
    },
    async openReader(name, { start }): Promise<Reader> {
      const { lost, close, gone } = losable();
      let next = start === 'earliest' ? 0 : start === 'latest' ? topic(name).length : Number(start.after) + 1;
      return {
        lost,
        close,
        async receive({ max, waitMs }) {
          if (!gone() && topic(name).length <= next) {
            await new Promise<void>((resolve) => {
              const done = (): void => {
                clearTimeout(timer);
                woken.delete(done);
                resolve();
              };
              const timer = setTimeout(done, waitMs);
              woken.add(done);
            });
          }
          if (gone()) throw new AppError('CLOSED', 'closed');
          const messages = topic(name).slice(next, next + max);
          next += messages.length;
          return messages;
        },
      };
    },
    openConsumer() {
      throw new Error('not in this bus');
    },
    close: async () => undefined,
  };
  return bus;
}
