import { randomUUID } from 'node:crypto';
import { hasCode } from '../../src/errors.js';
import type {
  Bus,
  Consumer,
  ConsumerOptions,
  OutgoingMessage,
  Producer,
  ProducerOptions,
  Reader,
  ReaderOptions,
  ReceivedMessage,
  ReceiveOptions,
} from '../../src/ports/bus.js';

/** One bus for the tests of a suite; what a test opens is closed after it. */
export interface BusSession {
  readonly bus: Bus;
  producer(topic: string, options?: ProducerOptions): Promise<Producer>;
  consumer(topic: string, options: ConsumerOptions): Promise<Consumer>;
  reader(topic: string, start: ReaderOptions['start']): Promise<Reader>;
}

/** Opens a bus before the suite and closes it after. */
export function useBus(createBus: () => Promise<Bus>): BusSession {
  let bus: Bus | undefined;
  let opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const present = (): Bus => {
    if (bus === undefined) throw new Error('the bus is not open');
    return bus;
  };
  beforeAll(async () => {
    bus = await createBus();
  });
  afterEach(async () => {
    await Promise.all(opened.map((part) => part.close()));
    opened = [];
  });
  afterAll(() => bus?.close());
  return {
    get bus() {
      return present();
    },
    producer: async (topic, options) => keep(await present().openProducer(topic, options)),
    consumer: async (topic, options) => keep(await present().openConsumer(topic, options)),
    reader: async (topic, start) => keep(await present().openReader(topic, { start })),
  };
}

/** A topic of its own for each test. */
export const newTopic = {
  plain: () => `persistent://contract/plain/${randomUUID()}`,
  deduplicating: () => `persistent://contract/dedup/${randomUUID()}`,
  nonPersistent: () => `non-persistent://contract/plain/${randomUUID()}`,
};

interface Source {
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
}

/** Receives until there are `count` messages; fails after `limitMs`. */
export async function take(source: Source, count: number, limitMs = 20_000): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  const deadline = Date.now() + limitMs;
  while (messages.length < count) {
    const left = deadline - Date.now();
    if (left <= 0) throw new Error(`${messages.length} of ${count} messages within ${limitMs} ms`);
    messages.push(...(await source.receive({ max: count - messages.length, waitMs: left })));
  }
  return messages;
}

/** Receives whatever comes within `ms`. */
export async function takeFor(source: Source, ms: number): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  const deadline = Date.now() + ms;
  for (let left = ms; left > 0; left = deadline - Date.now()) {
    messages.push(...(await source.receive({ max: 1000, waitMs: left })));
  }
  return messages;
}

/** Sends texts, one after the other without waiting in between. */
export function sendTexts(producer: Producer, texts: readonly string[], key?: string): Promise<string[]> {
  return Promise.all(
    texts.map(async (text) => {
      const stored = await producer.send(message(text, key));
      return stored.id;
    }),
  );
}

export function message(text: string, key?: string): OutgoingMessage {
  return { payload: Buffer.from(text, 'utf8'), ...(key === undefined ? {} : { key }) };
}

export function textsOf(messages: readonly ReceivedMessage[]): string[] {
  return messages.map(({ payload }) => payload.toString('utf8'));
}

/** The element at an index that must be there. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`no element ${index} of ${list.length}`);
  return element;
}

/** `prefix-0`, `prefix-1`, …: as many texts as asked for. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Opens as soon as the name is free: a broker learns of a close a moment after it. */
export async function whenFree<T>(open: () => Promise<T>, limitMs = 10_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!hasCode(error, 'LEASE_HELD') || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
