import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { createPulsarWsBus } from '../../../src/adapters/pulsar-ws/bus.js';
import type { PulsarWsBusOptions } from '../../../src/adapters/pulsar-ws/bus.js';
import type { Bus } from '../../../src/ports/bus.js';
import { delivery, startFakeProxy, until } from './fake-ws-proxy.js';
import type { FakeProxy, FakeProxyOptions } from './fake-ws-proxy.js';

const TOPIC = 'persistent://t/ns/x';
const failover = { subscription: 's', type: 'Failover' } as const;
const message = (text: string): { payload: Buffer } => ({ payload: Buffer.from(text) });
const unavailable = { code: 'ENGINE_UNAVAILABLE' };

let proxy: FakeProxy | undefined;
let bus: Bus | undefined;

async function start(
  fake: FakeProxyOptions = {},
  options: Partial<PulsarWsBusOptions> = {},
): Promise<{ proxy: FakeProxy; bus: Bus }> {
  proxy = await startFakeProxy(fake);
  bus = createPulsarWsBus({ url: proxy.url, ...options });
  return { proxy, bus };
}

afterEach(async () => {
  await bus?.close();
  await proxy?.close();
});

describe('a producer over WebSocket', () => {
  it('says its name, its numbers and its timeout in the address, and turns batching off', async () => {
    const { proxy, bus } = await start();
    await bus.openProducer(TOPIC, { name: 'n', initialSequenceId: 0, sendTimeoutMs: 5000 });
    expect(proxy.opened).toEqual([
      '/ws/v2/producer/persistent/t/ns/x?producerName=n&initialSequenceId=0&sendTimeoutMillis=5000&batchingEnabled=false',
    ]);
  });

  it('needs a name to hold a lease', async () => {
    const { bus } = await start();
    await expect(bus.openProducer(TOPIC, { exclusive: true })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
  });

  it('ends with the first message that is refused, and rejects all after it', async () => {
    const { proxy, bus } = await start({
      onFrame(frame, socket) {
        const { context } = frame;
        const answer =
          context === '2'
            ? { result: 'send-error:1', errorMsg: 'broken', context }
            : { result: 'ok', messageId: 'CAE=', context };
        socket.send(JSON.stringify(answer));
      },
    });
    const producer = await bus.openProducer(TOPIC);
    const sent = await Promise.allSettled(['a', 'b', 'c'].map((text) => producer.send(message(text))));
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(producer.lost.reason).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: `${TOPIC} did not store a message: broken`,
    });
    await expect(producer.send(message('d'))).rejects.toMatchObject(unavailable);
    await until(() => proxy.sockets.every(({ readyState }) => readyState === 3));
  });

  it('that was fenced has lost its lease', async () => {
    const { bus } = await start({
      onFrame: ({ context }, socket) =>
        socket.send(
          JSON.stringify({ result: 'send-error:1', errorMsg: 'ProducerFencedException: …', context }),
        ),
    });
    const producer = await bus.openProducer(TOPIC);
    await expect(producer.send(message('a'))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(producer.lost.aborted).toBe(true);
  });

  it('ends when a message is not stored in time', async () => {
    const { bus } = await start();
    const producer = await bus.openProducer(TOPIC, { sendTimeoutMs: 60 });
    const sent = await Promise.allSettled(['a', 'b'].map((text) => producer.send(message(text))));
    expect(sent).toEqual([
      { status: 'rejected', reason: expect.objectContaining(unavailable) as unknown },
      { status: 'rejected', reason: expect.objectContaining(unavailable) as unknown },
    ]);
    expect(producer.lost.aborted).toBe(true);
  });

  it('knows a duplicate by its answer, but not on a topic that keeps nothing', async () => {
    const { bus } = await start({
      onFrame: ({ context }, socket) =>
        socket.send(JSON.stringify({ result: 'ok', messageId: 'CP///////////wEQ////////////ATAA', context })),
    });
    const kept = await bus.openProducer(TOPIC);
    expect(await kept.send(message('a'))).toEqual({ id: '', duplicate: true });
    const live = await bus.openProducer(`non-${TOPIC}`);
    expect(await live.send(message('a'))).toMatchObject({ duplicate: false });
  });

  it('rejects what is pending when it is closed', async () => {
    const { bus } = await start();
    const producer = await bus.openProducer(TOPIC);
    const pending = producer.send(message('a')).catch((error: unknown) => error);
    await producer.close();
    expect(await pending).toMatchObject({ code: 'CLOSED' });
  });
});

describe('a consumer or reader over WebSocket', () => {
  it('says in the address where and how it reads', async () => {
    const { proxy, bus } = await start({}, { negativeAckDelayMs: 250 });
    await bus.openConsumer(TOPIC, { ...failover, priorityLevel: 7, queueSize: 5000 });
    await bus.openConsumer(TOPIC, {
      ...failover,
      type: 'Key_Shared',
      initialPosition: 'latest',
      queueSize: 9,
    });
    await bus.openReader(TOPIC, { start: { after: 'CAE=' } });
    const [first, second, third] = proxy.opened.map((url) => new URL(url, 'ws://h'));
    expect(first?.pathname).toBe('/ws/v2/consumer/persistent/t/ns/x/s');
    expect(Object.fromEntries(first?.searchParams ?? [])).toEqual({
      subscriptionType: 'Failover',
      subscriptionInitialPosition: 'Earliest',
      receiverQueueSize: '1000',
      priorityLevel: '7',
      negativeAckRedeliveryDelay: '250',
    });
    expect(Object.fromEntries(second?.searchParams ?? [])).toMatchObject({
      subscriptionType: 'Key_Shared',
      subscriptionInitialPosition: 'Latest',
      receiverQueueSize: '9',
    });
    expect(third?.searchParams.get('messageId')).toBe('CAE=');
  });

  it('acknowledges for a reader only what is taken', async () => {
    const { proxy, bus } = await start();
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    for (const id of ['CAE=', 'CAI=', 'CAM=']) proxy.send(delivery(id));
    const taken = await reader.receive({ max: 2, waitMs: 2000, lingerMs: 500 });
    await until(() => proxy.frames.length === 2);
    expect(proxy.frames).toEqual(taken.map(({ id }) => ({ messageId: id })));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(proxy.frames).toHaveLength(2);
  });

  it('stops reading while too much waits, and that is not taken for a dead server', async () => {
    const { proxy, bus } = await start({}, { pingMs: 40 });
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    const large = Buffer.alloc(1024 * 1024);
    const count = 60;
    for (let index = 0; index < count; index += 1) proxy.send(delivery('CAE=', large));
    await new Promise((resolve) => setTimeout(resolve, 600));
    // The server still holds what this process did not read.
    expect(proxy.sockets[0]?.bufferedAmount).toBeGreaterThan(20 * 1024 * 1024);
    expect(reader.lost.aborted).toBe(false);
    let received = 0;
    while (received < count) received += (await reader.receive({ max: 3, waitMs: 5000 })).length;
    expect(received).toBe(count);
  });

  it('hands out again itself, in order, what was given back where one consumer is active', async () => {
    const { proxy, bus } = await start({}, { negativeAckDelayMs: 30 });
    const consumer = await bus.openConsumer(TOPIC, failover);
    for (const id of ['CAE=', 'CAI=', 'CAM=']) proxy.send(delivery(id));
    const taken = await consumer.receive({ max: 3, waitMs: 2000, lingerMs: 500 });
    for (const index of [2, 0, 1]) await consumer.negativeAcknowledge(taken[index]!);
    proxy.send(delivery('CAQ='));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const again = await consumer.receive({ max: 9, waitMs: 2000 });
    expect(again.map(({ id }) => id)).toEqual(['CAE=', 'CAI=', 'CAM=', 'CAQ=']);
    expect(proxy.frames).toEqual([]);
  });

  it('gives a shared message back to the broker', async () => {
    const { proxy, bus } = await start();
    const consumer = await bus.openConsumer(TOPIC, { ...failover, type: 'Shared' });
    proxy.send(delivery('CAE='));
    const [taken] = await consumer.receive({ max: 1, waitMs: 2000 });
    await consumer.negativeAcknowledge(taken!);
    await until(() => proxy.frames.length === 1);
    expect(proxy.frames).toEqual([{ type: 'negativeAcknowledge', messageId: 'CAE=' }]);
  });

  it('is lost when it is cut off, and says so to whoever waits', async () => {
    const { proxy, bus } = await start();
    const consumer = await bus.openConsumer(TOPIC, failover);
    const waiting = consumer.receive({ max: 1, waitMs: 20_000 }).catch((error: unknown) => error);
    proxy.sockets[0]?.close(1001, 'Idle Timeout');
    expect(await waiting).toMatchObject(unavailable);
    expect(consumer.lost.reason).toMatchObject({
      message: `the consumer on ${TOPIC} was cut off (1001 Idle Timeout)`,
    });
    await expect(consumer.acknowledge({ id: 'CAE=' } as never)).rejects.toMatchObject(unavailable);
    await expect(consumer.receive({ max: 1, waitMs: 0 })).rejects.toMatchObject(unavailable);
  });

  it('is lost when the server sends what cannot be read', async () => {
    const { proxy, bus } = await start();
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    proxy.send({ endOfTopic: true });
    await expect(reader.receive({ max: 1, waitMs: 5000 })).rejects.toMatchObject(unavailable);
    expect(reader.lost.aborted).toBe(true);
  });

  it('is lost when the server answers no ping', async () => {
    const { bus } = await start({ answersPings: false }, { pingMs: 40 });
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    const started = Date.now();
    await expect(reader.receive({ max: 1, waitMs: 5000 })).rejects.toMatchObject(unavailable);
    expect(Date.now() - started).toBeLessThan(1000);
    expect(reader.lost.aborted).toBe(true);
  });

  it('is not lost while the server answers pings', async () => {
    const { bus } = await start({}, { pingMs: 20 });
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    expect(await reader.receive({ max: 1, waitMs: 300 })).toEqual([]);
    expect(reader.lost.aborted).toBe(false);
  });
});

describe('opening over WebSocket', () => {
  it('is refused with LEASE_HELD where the name is taken, with the reason of the broker', async () => {
    const page =
      '<tr><th>MESSAGE:</th><td>Failed: {&quot;errorMsg&quot;:&quot;Producer with name x is already connected&quot;}</td></tr>';
    const { bus } = await start({ verify: (_request, answer) => answer(409, page) });
    await expect(bus.openProducer(TOPIC, { name: 'x', exclusive: true })).rejects.toMatchObject({
      code: 'LEASE_HELD',
      message: expect.stringMatching(
        /^the producer on .* at ws:.*: 409 Producer with name x is already connected$/,
      ) as string,
    });
  });

  it('fails with the status and reason of any other refusal', async () => {
    const { bus } = await start({ verify: (_request, answer) => answer(500, 'Namespace not found') });
    await expect(bus.openReader(TOPIC, { start: 'earliest' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/500 Namespace not found$/) as string,
    });
  });

  it('fails where nobody listens, and names the address', async () => {
    bus = createPulsarWsBus({ url: 'ws://127.0.0.1:1' });
    await expect(bus.openReader(TOPIC, { start: 'earliest' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/at ws:\/\/127\.0\.0\.1:1 cannot be opened: .*ECONNREFUSED/) as string,
    });
  });

  it('fails where nothing answers in time', async () => {
    const mute = net.createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as AddressInfo;
    const muteBus = createPulsarWsBus({ url: `ws://127.0.0.1:${port}`, openTimeoutMs: 50 });
    const sockets = new Set<net.Socket>();
    mute.on('connection', (socket) => sockets.add(socket));
    await expect(muteBus.openReader(TOPIC, { start: 'earliest' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/was not opened within 50 ms$/) as string,
    });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it('that was given up is closed once it succeeds, so that no name stays taken', async () => {
    const { proxy, bus } = await start(
      { verify: (_request, answer) => void setTimeout(() => answer(101), 150) },
      { openTimeoutMs: 30 },
    );
    await expect(bus.openProducer(TOPIC, { name: 'x' })).rejects.toMatchObject(unavailable);
    expect(proxy.sockets).toEqual([]);
    await until(() => proxy.sockets[0]?.readyState === 3);
  });
});
