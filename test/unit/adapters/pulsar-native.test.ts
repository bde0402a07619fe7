import { createPulsarNativeBus } from '../../../src/adapters/pulsar-native/bus.js';
import { loadPulsarClient } from '../../../src/adapters/pulsar-native/driver.js';
import type { PartLimits } from '../../../src/adapters/pulsar-native/part.js';
import type { Bus, ReceivedMessage } from '../../../src/ports/bus.js';
import type { Log } from '../../../src/ports/system.js';
import { createFakeClient, fakeId, fakeMessage } from './fake-pulsar-client.js';
import type { FakeClient } from './fake-pulsar-client.js';
import { until } from './fake-ws-proxy.js';

const TOPIC = 'persistent://t/ns/x';
const failover = { subscription: 's', type: 'Failover' } as const;
const message = (text: string): { payload: Buffer } => ({ payload: Buffer.from(text) });
const textsOf = (messages: readonly ReceivedMessage[]): string[] =>
  messages.map(({ payload }) => payload.toString());
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const NOWHERE = Buffer.from('08ffffffffffffffffff0110ffffffffffffffffff013000', 'hex');

let fake: FakeClient;
let bus: Bus;

const open = async (limits?: Partial<PartLimits>): Promise<void> => {
  fake = createFakeClient();
  bus = await createPulsarNativeBus({
    url: 'pulsar://h:6650',
    load: () => Promise.resolve(fake.driver),
    negativeAckDelayMs: 30,
    limits: { disconnectedMs: 10_000, checkMs: 1000, closeMs: 200, ...limits },
  });
};

beforeEach(() => open());
afterEach(async () => {
  await bus.close();
  const crash = fake.calls.find((call) => call.startsWith('CRASH'));
  if (crash !== undefined) throw new Error(crash);
});

describe('the package pulsar-client', () => {
  it('is taken from either module system', async () => {
    const other = await createPulsarNativeBus({
      url: 'pulsar://h',
      load: () => Promise.resolve({ default: fake.driver }),
    });
    expect(other.kind).toBe('pulsar');
    await other.close();
    await expect(
      createPulsarNativeBus({ url: 'pulsar://h', load: () => Promise.resolve({}) }),
    ).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
  });

  it('is missed with what to do about it', async () => {
    const load = (): Promise<unknown> => loadPulsarClient('pulsar-client-of-nobody');
    await expect(createPulsarNativeBus({ url: 'pulsar://h', load })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/npm install pulsar-client.*STAGELINE_BUS=pulsar-ws/) as string,
    });
  });

  it('writes its log to ours', async () => {
    const entries: unknown[] = [];
    const write = (level: string) => (facts: object, event: string) =>
      void entries.push([level, facts, event]);
    const log: Log = {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: () => log,
    };
    const other = await createPulsarNativeBus({
      url: 'pulsar://h',
      log,
      load: () => Promise.resolve(fake.driver),
    });
    fake.logHandler?.(2, 'ClientConnection.cc', 7, 'closed');
    expect(entries).toEqual([
      ['warn', { file: 'ClientConnection.cc', line: 7, message: 'closed' }, 'pulsar-client'],
    ]);
    await other.close();
  });
});

describe('a producer of the native client', () => {
  it('holds a lease by its access mode, never batches and never blocks', async () => {
    await bus.openProducer(TOPIC, { name: 'n', exclusive: true, initialSequenceId: 0, sendTimeoutMs: 5000 });
    await bus.openProducer(TOPIC);
    const common = {
      topic: TOPIC,
      batchingEnabled: false,
      blockIfQueueFull: false,
      maxPendingMessages: 2000,
    };
    expect(fake.configs.slice(1)).toEqual([
      { ...common, producerName: 'n', accessMode: 'Exclusive', initialSequenceId: 0, sendTimeoutMs: 5000 },
      { ...common, accessMode: 'Shared', sendTimeoutMs: 10_000 },
    ]);
    await expect(bus.openProducer(TOPIC, { exclusive: true })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
  });

  it.each(['ProducerFenced', 'ProducerBusy'])('is refused the lease with %s', async (result) => {
    fake.refusal = `Failed to create producer: ${result}`;
    await expect(bus.openProducer(TOPIC, { name: 'n', exclusive: true })).rejects.toMatchObject({
      code: 'LEASE_HELD',
    });
    fake.refusal = 'Failed to create producer: ConnectError';
    await expect(bus.openProducer(TOPIC)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: `${TOPIC}: Failed to create producer: ConnectError`,
    });
  });

  it('sends payload, key and properties, and answers with the id or that it is known', async () => {
    const producer = await bus.openProducer(TOPIC);
    const sent = [
      producer.send({ ...message('a'), key: 'k', properties: { p: 'q' } }),
      producer.send(message('b')),
    ];
    fake.sends[0]?.resolve(fakeId('first'));
    fake.sends[1]?.resolve({ serialize: () => NOWHERE });
    expect(await Promise.all(sent)).toEqual([
      { id: base64('first'), duplicate: false },
      { id: '', duplicate: true },
    ]);
    expect(fake.sends.map((send) => send.message)).toEqual([
      { data: Buffer.from('a'), partitionKey: 'k', properties: { p: 'q' } },
      { data: Buffer.from('b') },
    ]);
  });

  it('keeps no more in flight than the client takes', async () => {
    const producer = await bus.openProducer(TOPIC);
    const sent = Array.from({ length: 2500 }, (_, index) => producer.send(message(String(index))));
    expect(fake.sends).toHaveLength(1000);
    for (let index = 0; index < 2500; index += 1) {
      await until(() => fake.sends.length > index);
      fake.sends[index]?.resolve(fakeId(String(index)));
    }
    const stored = await Promise.all(sent);
    expect(stored.map(({ id }) => id)).toEqual(stored.map((_, index) => base64(String(index))));
  });

  it('that is fenced has lost its lease, and rejects all that follows', async () => {
    const producer = await bus.openProducer(TOPIC, { name: 'n', exclusive: true });
    const sent = ['a', 'b'].map((text) => producer.send(message(text)).catch((error: unknown) => error));
    fake.sends[0]?.reject(new Error('Failed to send message: ProducerFenced'));
    expect(await Promise.all(sent)).toEqual([
      expect.objectContaining({ code: 'LEASE_LOST' }),
      expect.objectContaining({ code: 'LEASE_LOST' }),
    ]);
    expect(producer.lost.reason).toMatchObject({ code: 'LEASE_LOST' });
    await expect(producer.send(message('c'))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(fake.calls).toEqual(['producer.close']);
    fake.sends[1]?.reject(new Error('Failed to send message: AlreadyClosed'));
  });

  it('refuses what is too large, and goes on', async () => {
    const producer = await bus.openProducer(TOPIC);
    await expect(producer.send({ payload: Buffer.alloc(bus.maxMessageBytes + 1) })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    const refused = producer.send(message('a')).catch((error: unknown) => error);
    const next = producer.send(message('b'));
    fake.sends[0]?.reject(new Error('Failed to send message: MessageTooBig'));
    fake.sends[1]?.resolve(fakeId('b'));
    expect(await refused).toMatchObject({ code: 'TOO_LARGE' });
    expect(await next).toMatchObject({ duplicate: false });
    expect(producer.lost.aborted).toBe(false);
  });

  it('is lost when it has no connection for a while, but not by a short break', async () => {
    await open({ disconnectedMs: 150, checkMs: 10 });
    const producer = await bus.openProducer(TOPIC);
    fake.connected = false;
    await new Promise((resolve) => setTimeout(resolve, 60));
    fake.connected = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(producer.lost.aborted).toBe(false);
    fake.connected = false;
    await until(() => producer.lost.aborted);
    expect(producer.lost.reason).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

describe('a consumer of the native client', () => {
  it('says its subscription in the words of the client', async () => {
    await bus.openConsumer(TOPIC, {
      ...failover,
      type: 'Key_Shared',
      initialPosition: 'latest',
      queueSize: 9,
    });
    await bus.openConsumer(TOPIC, failover);
    expect(fake.configs.slice(1)).toEqual([
      {
        topic: TOPIC,
        subscription: 's',
        subscriptionType: 'KeyShared',
        subscriptionInitialPosition: 'Latest',
        receiverQueueSize: 9,
        nAckRedeliverTimeoutMs: 30,
      },
      expect.objectContaining({
        subscriptionType: 'Failover',
        subscriptionInitialPosition: 'Earliest',
        receiverQueueSize: 1000,
      }),
    ]);
  });

  it('reads properties out of an array, and no key out of an empty one', async () => {
    const consumer = await bus.openConsumer(TOPIC, failover);
    fake.queue.push(fakeMessage('a', 'k', { p: 'q' }), fakeMessage('b'));
    const received = await consumer.receive({ max: 2, waitMs: 5000, lingerMs: 1000 });
    const publishTime = 1_700_000_000_000;
    expect(received).toEqual([
      { id: base64('id of a'), payload: Buffer.from('a'), key: 'k', properties: { p: 'q' }, publishTime },
      { id: base64('id of b'), payload: Buffer.from('b'), properties: {}, publishTime },
    ]);
    expect(Array.isArray(received[0]?.properties)).toBe(false);
  });

  it('makes batches within max, maxBytes, waitMs and lingerMs', async () => {
    const consumer = await bus.openConsumer(TOPIC, failover);
    expect(await consumer.receive({ max: 9, waitMs: 20 })).toEqual([]);
    fake.queue.push(...['0123456789', 'b', 'c', 'd', 'e'].map((text) => fakeMessage(text)));
    const wait = { waitMs: 5000, lingerMs: 200 };
    expect(textsOf(await consumer.receive({ ...wait, max: 9, maxBytes: 2 }))).toEqual(['0123456789']);
    expect(textsOf(await consumer.receive({ ...wait, max: 9, maxBytes: 2 }))).toEqual(['b', 'c']);
    expect(textsOf(await consumer.receive({ ...wait, max: 1 }))).toEqual(['d']);
    expect(textsOf(await consumer.receive({ ...wait, max: 9 }))).toEqual(['e']);
  });

  it('acknowledges by the very id that came, since only that one knows its batch', async () => {
    const consumer = await bus.openConsumer(TOPIC, failover);
    const native = fakeMessage('a');
    fake.queue.push(native);
    const [received] = await consumer.receive({ max: 1, waitMs: 5000 });
    await consumer.acknowledge(received!);
    await consumer.acknowledge({ ...received! });
    expect(fake.acknowledged[0]).toBe(native.getMessageId());
    expect(fake.acknowledged[1]?.serialize().toString()).toBe('id of a');
  });

  it('gives back to the broker what is shared, and hands out again itself, in order, what is not', async () => {
    const shared = await bus.openConsumer(TOPIC, { ...failover, type: 'Shared' });
    fake.queue.push(fakeMessage('a'));
    const [received] = await shared.receive({ max: 1, waitMs: 5000 });
    await shared.negativeAcknowledge(received!);
    expect(fake.negativelyAcknowledged).toHaveLength(1);
    await shared.close();
    const consumer = await bus.openConsumer(TOPIC, failover);
    fake.queue.push(...['b', 'c', 'd'].map((text) => fakeMessage(text)));
    const taken = await consumer.receive({ max: 3, waitMs: 5000, lingerMs: 1000 });
    for (const index of [1, 2, 0]) await consumer.negativeAcknowledge(taken[index]!);
    fake.queue.push(fakeMessage('e'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(textsOf(await consumer.receive({ max: 9, waitMs: 5000 }))).toEqual(['b', 'c', 'd', 'e']);
    expect(fake.negativelyAcknowledged).toHaveLength(1);
  });

  it('ends when it is closed, and closing is no loss', async () => {
    const consumer = await bus.openConsumer(TOPIC, failover);
    const waiting = consumer.receive({ max: 1, waitMs: 20_000 }).catch((error: unknown) => error);
    await consumer.close();
    expect(await waiting).toMatchObject({ code: 'CLOSED' });
    expect(consumer.lost.aborted).toBe(false);
  });
});

describe('a reader of the native client', () => {
  const startOf = (index: number): string =>
    (fake.configs[index] as { startMessageId: { serialize(): Buffer } }).startMessageId
      .serialize()
      .toString();

  it('starts where it is told', async () => {
    await bus.openReader(TOPIC, { start: 'earliest' });
    await bus.openReader(TOPIC, { start: 'latest' });
    await bus.openReader(TOPIC, { start: { after: base64('there') } });
    expect([1, 2, 3].map(startOf)).toEqual(['earliest', 'latest', 'there']);
  });

  it('reads what there is, and looks again for what comes', async () => {
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    fake.queue.push(fakeMessage('a'), fakeMessage('b'));
    expect(textsOf(await reader.receive({ max: 9, waitMs: 5000, lingerMs: 100 }))).toEqual(['a', 'b']);
    const waiting = reader.receive({ max: 1, waitMs: 5000 });
    setTimeout(() => fake.queue.push(fakeMessage('c')), 50);
    expect(textsOf(await waiting)).toEqual(['c']);
  });

  it('asks nothing while there is no connection', async () => {
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    fake.connected = false;
    fake.queue.push(fakeMessage('a'));
    expect(await reader.receive({ max: 1, waitMs: 60 })).toEqual([]);
    fake.connected = true;
    expect(textsOf(await reader.receive({ max: 1, waitMs: 5000 }))).toEqual(['a']);
  });

  it('is closed only when no read is under way', async () => {
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    fake.promising = true;
    const waiting = reader.receive({ max: 1, waitMs: 20_000 }).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const closing = reader.close();
    expect(await waiting).toMatchObject({ code: 'CLOSED' });
    expect(fake.calls).toEqual([]);
    fake.queue.push(fakeMessage('late'));
    await closing;
    expect(fake.calls).toEqual(['reader.close']);
  });

  it('that never comes back from a read is left alone, and the client too', async () => {
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    fake.promising = true;
    await reader.receive({ max: 1, waitMs: 30 });
    await bus.close();
    expect(fake.calls).toEqual([]);
  });

  it('of a non-persistent topic is a subscription of its own', async () => {
    const reader = await bus.openReader(`non-${TOPIC}`, { start: 'latest' });
    expect(fake.configs[1]).toMatchObject({
      subscription: expect.stringMatching(/^reader-/) as string,
      subscriptionType: 'Exclusive',
      subscriptionInitialPosition: 'Latest',
    });
    fake.queue.push(fakeMessage('beat'));
    expect(textsOf(await reader.receive({ max: 1, waitMs: 5000 }))).toEqual(['beat']);
    await reader.close();
    expect(fake.calls).toEqual(['consumer.close']);
  });
});

describe('the bus over the native client', () => {
  it('closes everything before the client', async () => {
    await bus.openProducer(TOPIC);
    await bus.openReader(TOPIC, { start: 'earliest' });
    await bus.openConsumer(TOPIC, failover);
    await (await bus.openConsumer(TOPIC, failover)).close();
    await bus.close();
    await bus.close();
    expect(fake.calls).toHaveLength(5);
    expect(fake.calls.at(-1)).toBe('client.close');
    await expect(bus.openProducer(TOPIC)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
