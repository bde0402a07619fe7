import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBell } from '../../src/core/bell.js';
import { AppError } from '../../src/errors.js';
import type {
  Bus,
  Consumer,
  Producer,
  ReceivedMessage,
  Reader,
  ReceiveOptions,
  Stored,
} from '../../src/ports/bus.js';

/** What a bus keeps when its process ends. */
export interface BusDisk {
  readonly topics: Map<string, ReceivedMessage[]>;
  /** Acknowledged messages by topic and subscription. */
  readonly acknowledged: Map<string, Set<string>>;
  /** The highest sequence id by topic and producer. */
  readonly sequences: Map<string, number>;
  /** Rings with every message and acknowledgement. */
  readonly changed: ReturnType<typeof createBell>;
}

export function createBusDisk(): BusDisk {
  return { topics: new Map(), acknowledged: new Map(), sequences: new Map(), changed: createBell() };
}

export function messagesOn({ topics }: BusDisk, topic: string): readonly ReceivedMessage[] {
  return topics.get(topic) ?? [];
}

/** How many messages of a topic a subscription has not acknowledged. */
export function owedTo(disk: BusDisk, topic: string, subscription: string): number {
  const done = disk.acknowledged.get(`${topic} ${subscription}`)?.size ?? 0;
  return messagesOn(disk, topic).length - done;
}

export interface MemoryBusOptions {
  readonly now: () => number;
  /** Messages that a consumer gets at once at most, so that work comes in batches. @defaultValue as many as it asks for */
  readonly portion?: number;
  /** Turns of the event loop until a reader hears of a message. @defaultValue 0 */
  readonly turns?: number;
  /** Whether a topic's consumers get anything yet. @defaultValue always */
  readonly ready?: (topic: string) => boolean;
}

/** A bus on a disk in memory: one process, one consumer a subscription, deduplication by name and sequence id. */
export function createMemoryBus(
  disk: BusDisk,
  { now, portion = Infinity, turns = 0, ready = () => true }: MemoryBusOptions,
): Bus {
  const names = new Set<string>();
  const closing = createBell();
  let closed = false;
  const lost = new AbortController().signal;
  const check = (): void => {
    if (closed) throw new AppError('CLOSED', 'closed');
  };

  const append = (topic: string, message: Omit<ReceivedMessage, 'id' | 'publishTime'>): string => {
    if (!topic.startsWith('persistent://')) return '';
    const messages = disk.topics.get(topic) ?? [];
    disk.topics.set(topic, messages);
    const id = String(messages.length + 1);
    messages.push({ ...message, id, publishTime: now() });
    disk.changed.ring();
    return id;
  };

  /** What `next` gives, once it gives something. */
  const received = async (
    next: (max: number) => ReceivedMessage[],
    { max, waitMs }: ReceiveOptions,
  ): Promise<ReceivedMessage[]> => {
    check();
    const at = next(max);
    if (at.length > 0) return at;
    await Promise.race([disk.changed.wait(waitMs), closing.wait(waitMs)]);
    check();
    return next(max);
  };

  return {
    kind: 'embedded',
    maxMessageBytes: 5 * 1024 * 1024,
    async openProducer(topic, { name, initialSequenceId } = {}): Promise<Producer> {
      check();
      const key = `${topic} ${name ?? ''}`;
      if (name !== undefined && names.has(key)) throw new AppError('LEASE_HELD', `${key} is taken`);
      if (name !== undefined) names.add(key);
      let sequence = initialSequenceId;
      return {
        lost,
        async send({ payload, key: of, properties = {} }): Promise<Stored> {
          check();
          if (sequence !== undefined) {
            sequence += 1;
            if (sequence <= (disk.sequences.get(key) ?? -1)) return { id: '', duplicate: true };
            disk.sequences.set(key, sequence);
          }
          const id = append(topic, { payload, properties, ...(of === undefined ? {} : { key: of }) });
          return { id, duplicate: false };
        },
        async close() {
          if (name !== undefined) names.delete(key);
        },
      };
    },
    async openConsumer(topic, { subscription }): Promise<Consumer> {
      check();
      const key = `${topic} ${subscription}`;
      const done = disk.acknowledged.get(key) ?? new Set();
      disk.acknowledged.set(key, done);
      let position = 0;
      const next = (max: number): ReceivedMessage[] => {
        const messages = messagesOn(disk, topic);
        const taken: ReceivedMessage[] = [];
        for (; position < messages.length && taken.length < max; position += 1) {
          const message = messages[position];
          if (message !== undefined && !done.has(message.id)) taken.push(message);
        }
        return taken;
      };
      return {
        lost,
        async receive(options) {
          const some = (max: number): ReceivedMessage[] => (ready(topic) ? next(Math.min(max, portion)) : []);
          const messages = await received(some, options);
          await nextTurn();
          return messages;
        },
        async acknowledge({ id }) {
          check();
          done.add(id);
          disk.changed.ring();
        },
        negativeAcknowledge: async () => undefined,
        close: async () => undefined,
      };
    },
    async openReader(topic, { start }): Promise<Reader> {
      check();
      const messages = (): readonly ReceivedMessage[] => messagesOn(disk, topic);
      let position = start === 'earliest' ? 0 : start === 'latest' ? messages().length : Number(start.after);
      return {
        lost,
        async receive(options) {
          const found = await received((max) => {
            const taken = messages().slice(position, position + max);
            position += taken.length;
            return taken;
          }, options);
          for (let turn = 0; turn < turns; turn += 1) await nextTurn();
          return found;
        },
        close: async () => undefined,
      };
    },
    async close() {
      closed = true;
      closing.ring();
    },
  };
}
