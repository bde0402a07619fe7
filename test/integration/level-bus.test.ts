import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLevelBus, type LevelBusOptions } from '../../src/adapters/level/bus.js';
import type { Bus, Consumer, Producer, ReceivedMessage, SubscriptionType } from '../../src/ports/bus.js';

const NAMESPACE = 'persistent://tenant/namespace';
const WORK = `${NAMESPACE}/work`;
const worker = { subscription: 'worker', type: 'Failover' } as const;

let dir: string;
let bus: Bus;

const open = async (options: Partial<LevelBusOptions> = {}): Promise<Bus> => {
  bus = await createLevelBus({ dir, ...options });
  return bus;
};

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'stageline-level-bus-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await bus.close();
  await rm(dir, { recursive: true, force: true });
});

function send(producer: Producer, from: number, to: number): Promise<unknown> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return Promise.all(numbers.map((number) => producer.send({ payload: Buffer.from(String(number)) })));
}

async function take(
  source: Pick<Consumer, 'receive'>,
  count = Infinity,
  waitMs = 150,
): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  while (messages.length < count) {
    const more = await source.receive({ max: Math.min(count - messages.length, 1000), waitMs });
    if (more.length === 0) break;
    messages.push(...more);
  }
  return messages;
}

const numbersOf = (messages: readonly ReceivedMessage[]): number[] =>
  messages.map(({ payload }) => Number(payload.toString()));

async function readNumbers(topic: string): Promise<number[]> {
  const reader = await bus.openReader(topic, { start: 'earliest' });
  const numbers = numbersOf(await take(reader));
  await reader.close();
  return numbers;
}

describe('the embedded bus', () => {
  it('belongs to one opener at a time, and names the directory to the next', async () => {
    await open();
    await expect(createLevelBus({ dir })).rejects.toMatchObject({
      code: 'LEASE_HELD',
      message: expect.stringContaining(path.join(dir, 'bus')) as string,
    });
    await bus.close();
    await open();
  });

  it('goes on after a restart where it was: order, acknowledgements, sequence ids', async () => {
    const effects = { name: 'effects', initialSequenceId: 0 };
    await open();
    await send(await bus.openProducer(WORK), 1, 20);
    await send(await bus.openProducer(WORK, effects), 21, 23);
    const before = await bus.openConsumer(WORK, worker);
    for (const message of await take(before, 10)) {
      if (Number(message.payload.toString()) % 3 !== 0) await before.acknowledge(message);
    }
    await bus.close();

    await open();
    const again = await bus.openProducer(WORK, effects);
    expect(await send(again, 21, 23)).toEqual(Array(3).fill({ id: '', duplicate: true }));
    await send(again, 24, 24);
    const after = await bus.openConsumer(WORK, worker);
    const rest = Array.from({ length: 14 }, (_, index) => index + 11);
    expect(numbersOf(await take(after))).toEqual([3, 6, 9, ...rest]);
  });

  it('stores what was sent before close()', async () => {
    await open();
    const producer = await bus.openProducer(WORK);
    const sent = send(producer, 1, 500);
    await bus.close();
    await sent;
    await open();
    expect(await readNumbers(WORK)).toHaveLength(500);
  });

  it('never dates a message before the last one, also after a restart', async () => {
    const hour = 3_600_000;
    const start = Date.now();
    await open();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
    await send(await bus.openProducer(WORK), 1, 1);
    clock.mockReturnValue(start - hour);
    await send(await bus.openProducer(WORK), 2, 2);
    await bus.close();
    await open();
    await send(await bus.openProducer(WORK), 3, 3);
    clock.mockReturnValue(start + hour);
    await send(await bus.openProducer(WORK), 4, 4);
    clock.mockRestore();
    const messages = await take(await bus.openReader(WORK, { start: 'earliest' }), 4);
    expect(messages.map(({ publishTime }) => publishTime - start)).toEqual([0, 0, 0, hour]);
  });

  it('lets nobody write beside the holder of an exclusive producer', async () => {
    await open();
    const held = { code: 'LEASE_HELD' };
    const lease = await bus.openProducer(WORK, { name: 'lease', exclusive: true });
    await expect(bus.openProducer(WORK)).rejects.toMatchObject(held);
    await lease.close();
    await bus.openProducer(WORK);
    await expect(bus.openProducer(WORK, { name: 'lease', exclusive: true })).rejects.toMatchObject(held);
    await expect(bus.openProducer(`${WORK}2`, { exclusive: true })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
  });

  it('refuses what is no topic and no message id, and starts at the end behind the last', async () => {
    await open();
    for (const topic of [
      'work',
      'persistent://a/b',
      'persistent://a/b/',
      'kafka://a/b/c',
      'persistent://a/b/c\0',
    ]) {
      await expect(bus.openProducer(topic)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    }
    const reading = bus.openReader(WORK, { start: { after: 'CAEQAA==' } });
    await expect(reading).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const producer = await bus.openProducer(WORK);
    await send(producer, 1, 3);
    const reader = await bus.openReader(WORK, { start: { after: '9'.repeat(16) } });
    await send(producer, 4, 4);
    expect(numbersOf(await take(reader))).toEqual([4]);
  });
});

describe('the embedded bus keeps', () => {
  const fill = async (topic: string, count: number, subscriptions: readonly string[]): Promise<void> => {
    const producer = await bus.openProducer(topic);
    await send(producer, 1, count);
    for (const subscription of subscriptions) {
      const consumer = await bus.openConsumer(topic, { subscription, type: 'Shared' });
      for (const message of await take(consumer, count)) await consumer.acknowledge(message);
    }
    await bus.close();
    await open();
  };

  it('no message that every subscription has acknowledged, but the last, and goes on counting', async () => {
    await open();
    await bus.openConsumer(WORK, { subscription: 'slow', type: 'Shared' });
    await fill(WORK, 2500, ['fast']);
    expect(await readNumbers(WORK)).toHaveLength(2500);
    await fill(`${WORK}2`, 2500, ['one', 'two']);
    const kept = await readNumbers(`${WORK}2`);
    expect(kept.length).toBeLessThan(1001);
    expect(kept.at(-1)).toBe(2500);
    const stored = await (await bus.openProducer(`${WORK}2`)).send({ payload: Buffer.from('2501') });
    expect(Number(stored.id)).toBe(2501);
  });

  it('every message of a journal and of dead letters, and of topics without a subscription', async () => {
    await open();
    for (const topic of ['journal', 'dead-letters']) {
      await fill(`${NAMESPACE}/${topic}`, 1500, ['one']);
      expect(await readNumbers(`${NAMESPACE}/${topic}`)).toHaveLength(1500);
    }
    await fill(WORK, 1500, []);
    expect(await readNumbers(WORK)).toHaveLength(1500);
  });

  it('the last replies, and what the options say', async () => {
    await open();
    await fill(`${NAMESPACE}/replies`, 12_500, []);
    const replies = await readNumbers(`${NAMESPACE}/replies`);
    expect(replies.length).toBeGreaterThanOrEqual(10_000);
    expect(replies.length).toBeLessThan(11_001);
    expect(replies.at(-1)).toBe(12_500);
    await bus.close();
    await open({ keepLast: () => 10 });
    await send(await bus.openProducer(WORK), 1, 50);
    await send(await bus.openProducer(WORK), 51, 100);
    await bus.close();
    await open({ keepLast: () => 10 });
    const kept = await readNumbers(WORK);
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect(kept.length).toBeLessThan(12);
  });
});

describe('consumers of the embedded bus that come and go', () => {
  const TYPES: readonly SubscriptionType[] = ['Failover', 'Key_Shared', 'Shared'];
  const MESSAGES = 3000;
  const KEYS = 7;

  /** A random number generator whose runs can be repeated. */
  const randomFrom = (seed: number) => (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };

  it.each(TYPES)('get every message until it is acknowledged, in order by key: %s', async (type) => {
    await open();
    const random = randomFrom(42);
    const producer = await bus.openProducer(WORK);
    const consumers: Consumer[] = [];
    const held = new Map<number, Consumer>();
    const acknowledged = new Set<number>();
    const outOfOrder: number[] = [];

    const check = (consumer: Consumer, number: number): void => {
      if (acknowledged.has(number) || type === 'Shared') return;
      for (let before = number - KEYS; before > 0; before -= KEYS) {
        const mine = acknowledged.has(before) || held.get(before) === consumer;
        if (!mine) outOfOrder.push(number);
      }
    };
    const join = async (): Promise<void> => {
      const priorityLevel = Math.floor(random() * 3);
      const queueSize = 1 + Math.floor(random() * 50);
      consumers.push(await bus.openConsumer(WORK, { subscription: 's', type, priorityLevel, queueSize }));
    };
    const leave = async (): Promise<void> => {
      const [consumer] = consumers.splice(Math.floor(random() * consumers.length), 1);
      for (const [number, holder] of held) if (holder === consumer) held.delete(number);
      await consumer?.close();
    };
    const consume = async (consumer: Consumer): Promise<void> => {
      for (const message of await consumer.receive({ max: 30, waitMs: 1 })) {
        const [number = 0] = numbersOf([message]);
        check(consumer, number);
        held.set(number, consumer);
        if (random() < 0.1) continue;
        acknowledged.add(number);
        await consumer.acknowledge(message);
      }
    };

    const sending = (async () => {
      for (let number = 1; number <= MESSAGES; number += 1) {
        const sent = producer.send({ payload: Buffer.from(String(number)), key: String(number % KEYS) });
        if (number % 50 === 0) await sent;
      }
    })();
    await join();
    for (let step = 0; acknowledged.size < MESSAGES && step < 20_000; step += 1) {
      if (random() < 0.05 && consumers.length < 4) await join();
      if (random() < 0.1) await leave();
      if (consumers.length === 0) await join();
      for (const consumer of [...consumers]) await consume(consumer);
    }
    await sending;
    expect(outOfOrder).toEqual([]);
    expect(acknowledged.size).toBe(MESSAGES);
    await Promise.all(consumers.map((consumer) => consumer.close()));
    const last = await bus.openConsumer(WORK, { subscription: 's', type });
    expect(await take(last)).toEqual([]);
  });
});
