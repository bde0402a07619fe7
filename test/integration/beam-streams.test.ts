import { AppError } from '../../src/errors.js';
import type { Bus } from '../../src/ports/bus.js';
import { startBeamDoor, type BeamDoor } from '../support/beam-door.js';
import type { SseClient } from '../support/sse-client.js';
import { until } from '../support/until.js';

const TOPIC = 'persistent://acme/orders/live';
const AT = '/v2/sse/p/acme/orders/live';

let door: BeamDoor;
let name = 0;

beforeEach(async () => {
  door = await startBeamDoor(
    { streams: { heartbeatMs: 100 } },
    { limits: { settleMs: 200, maxOpen: 3, maxOpenEach: 3, busyMs: 100 } },
  );
  name += 1;
});
afterEach(() => door.close());

const texts = (client: SseClient): (string | undefined)[] => client.messages().map(({ data }) => data);
const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, at) => `m${from + at}`);
const subscribed = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  SubscriptionName: `subscription-${name}`,
  SubscriptionInitialPosition: 'earliest',
  ...more,
});

/** Opens as soon as whoever had the subscription is gone. */
async function again(headers: Readonly<Record<string, string>>): Promise<SseClient> {
  for (let tries = 0; ; tries += 1) {
    const client = await door.stream(AT, headers);
    if (client.status !== 409 || tries > 20) return client;
  }
}

describe('server-sent events as with Pulsar Beam', () => {
  it('gives messages from now on, with their ids', async () => {
    await door.put(TOPIC, 'before');
    const client = await door.stream(AT);
    expect([client.status, client.headers['content-type']]).toEqual([200, 'text/event-stream']);
    const ids = await door.put(TOPIC, 'one', '{"two":2}');
    expect(await client.waitFor(2)).toEqual([
      { id: ids[0], data: 'one' },
      { id: ids[1], data: '{"two":2}' },
    ]);
  });

  it('gives messages from the beginning where that is asked for', async () => {
    await door.put(TOPIC, 'before');
    const client = await door.stream(AT, { SubscriptionInitialPosition: 'EARLIEST' });
    await client.waitFor(1);
    expect(texts(client)).toEqual(['before']);
  });

  it.each(['exclusive', 'Shared', 'FAILOVER', 'keyShared'])('takes the type %s', async (SubscriptionType) => {
    await door.put(TOPIC, ...numbers(3));
    const client = await door.stream(AT, subscribed({ SubscriptionType }));
    await client.waitFor(3);
    expect(texts(client)).toEqual(numbers(3));
  });

  it('shares a subscription between clients', async () => {
    const headers = subscribed({ SubscriptionType: 'shared' });
    const clients = [await door.stream(AT, headers), await door.stream(AT, headers)] as const;
    await door.put(TOPIC, ...numbers(20));
    await until(() => clients.every((client) => client.messages().length > 0));
    await until(() => clients.flatMap(texts).length === 20);
    expect(clients.flatMap(texts).sort()).toEqual(numbers(20).sort());
  });

  it.each([
    [{ SubscriptionType: 'x' }, 422, 'unsupported subscription type x'],
    [{ SubscriptionInitialPosition: 'middle' }, 422, 'invalid subscription initial position middle'],
    [{ SubscriptionName: 'four' }, 422, 'subscription name must be more than 4 characters'],
    [
      { SubscriptionName: 'with/slash' },
      422,
      'subscription name must be 5 to 200 printable ASCII characters without /',
    ],
    [{ PulsarUrl: 'pulsar://x' }, 422, 'pulsar cluster pulsar://x is not allowed'],
    [{ 'Last-Event-ID': 'garbage' }, 422, 'Last-Event-ID is no message id of this topic; leave it out'],
  ])('refuses %j', async (headers, status, error) => {
    const answer = await door.ask(AT, { headers });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { error }]);
  });

  it('refuses topics that are not open', async () => {
    for (const topic of ['p/other/x/y', 'p/ops/stageline/commands', 'p/ops/deployment-automation/results'])
      expect((await door.ask(`/v2/sse/${topic}`)).status).toBe(403);
    expect((await door.ask('/v2/sse/x/acme/orders/live')).status).toBe(422);
  });
});

describe('weaknesses of Pulsar Beam that its streams do not have', () => {
  it('a client that read 6 of 500 and vanished loses none of the others', async () => {
    await door.put(TOPIC, ...numbers(500));
    const first = await door.stream(AT, subscribed());
    await first.waitFor(6);
    first.close();
    const second = await again(subscribed());
    await second.waitFor(500);
    expect(new Set([...texts(first).slice(0, 6), ...texts(second)])).toEqual(new Set(numbers(500)));
  });

  it('what a client that stayed was given does not come again', async () => {
    await door.put(TOPIC, ...numbers(50));
    const first = await door.stream(AT, subscribed());
    await first.waitFor(50);
    await new Promise((resolve) => setTimeout(resolve, 500));
    first.close();
    const second = await again(subscribed());
    await door.put(TOPIC, 'new');
    await second.waitFor(1);
    expect(texts(second)).toEqual(['new']);
  });

  it('a client that takes nothing holds its messages back', async () => {
    const large = { payload: Buffer.alloc(1024 * 1024, 0x61) };
    await door.put(TOPIC, ...Array.from({ length: 40 }, () => large));
    const first = await door.stream(AT, subscribed());
    first.pause();
    await new Promise((resolve) => setTimeout(resolve, 700));
    first.close();
    const second = await again(subscribed());
    await until(() => second.messages().length >= 30);
    expect(new Set(second.messages().map(({ id }) => id)).size).toBeGreaterThanOrEqual(30);
    second.close();
  });

  it('an exclusive subscription that is taken is a conflict, 409, and not a server error', async () => {
    await door.stream(AT, subscribed());
    const answer = await door.ask(AT, { headers: subscribed() });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      409,
      { error: 'server error: ConsumerBusy: Exclusive consumer is already connected' },
    ]);
    expect((await door.ask(AT, { headers: subscribed({ SubscriptionType: 'shared' }) })).status).toBe(409);
  });

  it('the response begins at once, and a silent stream has heartbeats', async () => {
    const client = await door.stream(AT);
    await until(() => client.blocks.filter(({ comment }) => comment === 'heartbeat').length >= 2);
    expect(client.blocks.slice(0, 2)).toEqual([{ retry: '2000' }, { comment: 'connected' }]);
    expect(client.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('line breaks in a payload cannot make fields or messages', async () => {
    const client = await door.stream(AT);
    await door.put(TOPIC, 'a\nid: 7\r\nevent: x\rdata: y\n\ndata: forged\n', '');
    await client.waitFor(2);
    expect(texts(client)).toEqual(['a\nid: 7\nevent: x\ndata: y\n\ndata: forged\n', '']);
    expect(client.messages().map(({ event }) => event)).toEqual([undefined, undefined]);
  });

  it('Last-Event-ID resumes without gap or repeat', async () => {
    const first = await door.stream(AT);
    await door.put(TOPIC, ...numbers(10));
    const seen = await first.waitFor(4);
    first.close();
    const second = await door.stream(AT, { 'Last-Event-ID': seen[3]?.id ?? '' });
    await second.waitFor(6);
    expect(texts(second)).toEqual(numbers(6, 4));
  });

  it('streams without a name leave no subscription behind, so nothing piles up', async () => {
    const opened: string[] = [];
    const bus = { ...door.bus };
    Object.assign(door.bus, {
      openConsumer: (...args: Parameters<Bus['openConsumer']>) => {
        opened.push(args[0]);
        return bus.openConsumer(...args);
      },
    });
    const client = await door.stream(AT, { SubscriptionInitialPosition: 'earliest' });
    await door.put(TOPIC, 'x');
    await client.waitFor(1);
    expect(opened).toEqual([]);
  });

  it('too many streams are refused with 429, and each that ends makes room', async () => {
    const clients = [await door.stream(AT), await door.stream(AT), await door.stream(AT)];
    const refused = await door.ask(AT);
    expect([refused.status, refused.text, refused.headers['retry-after']]).toEqual([
      429,
      'Too many requests',
      '2',
    ]);
    expect((await door.ask('/v2/firehose/p/acme/orders/live', { body: 'not held up' })).status).toBe(200);
    for (let round = 0; round < 3; round += 1)
      expect((await door.ask(AT, { headers: { SubscriptionType: 'x' } })).status).toBe(422);
    clients[0]?.close();
    await until(async () => (await door.stream(AT)).status === 200);
    expect((await door.ask(AT)).status).toBe(429);
  });

  it('a token that is revoked, or opens less, ends its streams', async () => {
    let role = 'viewer';
    let known = true;
    const asking = await startBeamDoor({
      streams: { recheckMs: 20 },
      callers: {
        required: true,
        async identify() {
          if (!known) throw new AppError('UNAUTHENTICATED', 'It was revoked.');
          return { name: 'vera', roles: [role] };
        },
      },
    });
    const first = await asking.stream(AT);
    role = 'service';
    await until(() => first.ended());
    role = 'viewer';
    const second = await asking.stream(AT);
    known = false;
    await until(() => second.ended());
    expect((await asking.ask(AT)).status).toBe(401);
    await asking.close();
  });

  it('a stop ends streams, and what they had written counts', async () => {
    await door.put(TOPIC, ...numbers(3));
    const client = await door.stream(AT, subscribed());
    await client.waitFor(3);
    await door.test.app.close();
    await until(() => client.ended());
    const consumer = await door.bus.openConsumer(TOPIC, {
      subscription: subscribed()['SubscriptionName'] ?? '',
      type: 'Exclusive',
    });
    expect(await consumer.receive({ max: 10, waitMs: 100 })).toEqual([]);
  });
});
