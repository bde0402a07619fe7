import { once } from 'node:events';
import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { startBeamDoor, type BeamDoor } from '../support/beam-door.js';
import { until } from '../support/until.js';

const TOPIC = 'persistent://acme/orders/polled';
const AT = '/v2/poll/persistent/acme/orders/polled';
const NAMED = { SubscriptionName: 'my-subscription' };

interface Polled {
  readonly limit: number;
  readonly size: number;
  readonly messages: readonly { readonly payload: string; readonly messageId: string }[];
}

let door: BeamDoor;

beforeEach(async () => {
  door = await startBeamDoor({}, { limits: { maxOpen: 3, maxOpenEach: 3, busyMs: 500 } });
});
afterEach(() => door.close());

async function poll(
  query = '',
  headers: Readonly<Record<string, string>> = NAMED,
): Promise<Polled | undefined> {
  const { status, text } = await door.ask(`${AT}${query}`, { headers });
  if (status === 204) {
    expect(text).toBe('');
    return undefined;
  }
  expect([status, text.slice(0, 1)]).toEqual([200, '{']);
  return JSON.parse(text) as Polled;
}

const texts = (polled: Polled | undefined): string[] =>
  (polled?.messages ?? []).map(({ payload }) => Buffer.from(payload, 'base64').toString());
const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, at) => `m${from + at}`);

describe('polls as with Pulsar Beam', () => {
  it('give a batch from the beginning, then what is behind it, then nothing', async () => {
    await door.put(TOPIC, ...numbers(13));
    const first = await poll();
    expect(first).toMatchObject({ limit: 10, size: 10 });
    expect(texts(first)).toEqual(numbers(10));
    expect(texts(await poll())).toEqual(numbers(3, 10));
    expect(await poll()).toBeUndefined();
  });

  it('tell everything about a message', async () => {
    const eventTime = Date.UTC(2020, 0, 1);
    const properties = { of: 'shop' };
    const [id] = await door.put(
      TOPIC,
      { payload: Buffer.from([0xff, 0]), key: 'k', properties, eventTime },
      'plain',
    );
    const messages = (await poll())?.messages;
    expect(messages?.[0]).toEqual({
      payload: '/wA=',
      topic: TOPIC,
      eventTime: '2020-01-01T00:00:00.000Z',
      publishTime: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      messageId: id,
      key: 'k',
      properties,
    });
    expect(messages?.[1]).toMatchObject({ key: '', properties: {}, eventTime: '1970-01-01T00:00:00.000Z' });
  });

  it.each([
    ['?batchSize=2', 2],
    ['?batchSize=x&perMessageTimeoutMs=y', 10],
    ['?batchSize=', 10],
    ['?batchSize=99999999', 12],
    ['?batchSize=0', 0],
    ['?batchSize=-1', 0],
    ['?perMessageTimeoutMs=-5', 10],
  ])('read %s', async (query, count) => {
    await door.put(TOPIC, ...numbers(12));
    expect(texts(await poll(query))).toEqual(numbers(count));
  });

  it('wait for the first message as long as they are told', async () => {
    const waiting = poll('?batchSize=1&perMessageTimeoutMs=5000');
    await door.put(TOPIC, 'late');
    expect(texts(await waiting)).toEqual(['late']);
  });

  it('start at the end where that is asked for', async () => {
    await door.put(TOPIC, 'before');
    expect(await poll('', { ...NAMED, SubscriptionInitialPosition: 'latest' })).toBeUndefined();
    await door.put(TOPIC, 'after');
    expect(texts(await poll())).toEqual(['after']);
  });
});

describe('weaknesses of Pulsar Beam that its polls do not have', () => {
  it('what a client did not get comes again', async () => {
    // More than a socket takes by itself.
    await door.put(TOPIC, ...Array.from({ length: 7 }, () => ({ payload: Buffer.alloc(1024 * 1024, 0x61) })));
    const { port } = door.test.app.server.address() as AddressInfo;
    let served: Socket | undefined;
    door.test.app.server.once('connection', (there: Socket) => (served = there));
    const socket = connect(port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      `GET ${AT} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nSubscriptionName: ${NAMED.SubscriptionName}\r\n\r\n`,
    );
    await until(() => (served?.writableLength ?? 0) > 0);
    socket.resetAndDestroy();
    expect((await poll())?.size).toBe(7);
  });

  it('a partial batch does not come again once it was given', async () => {
    await door.put(TOPIC, ...numbers(5));
    expect(texts(await poll('?batchSize=3'))).toEqual(numbers(3));
    expect(texts(await poll('?batchSize=3'))).toEqual(numbers(2, 3));
  });

  it('scripts that poll one exclusive subscription again and again never meet themselves', async () => {
    await door.put(TOPIC, ...numbers(30));
    const seen: string[] = [];
    for (let round = 0; round < 30; round += 1) seen.push(...texts(await poll('?batchSize=1')));
    expect(seen).toEqual(numbers(30));
  });

  it('polls without a name leave no subscription behind, and have ids that differ', async () => {
    await door.put(TOPIC, ...numbers(3));
    for (let round = 0; round < 2; round += 1) {
      const polled = await poll('', {});
      expect(texts(polled)).toEqual(numbers(3));
      expect(new Set(polled?.messages.map(({ messageId }) => messageId)).size).toBe(3);
    }
  });

  it('a client that goes while it waits gives its place and its subscription back', async () => {
    const { port } = door.test.app.server.address() as AddressInfo;
    for (let round = 0; round < 6; round += 1) {
      const request = http.get({
        port,
        path: `${AT}?perMessageTimeoutMs=30000`,
        headers: NAMED,
        agent: false,
      });
      request.on('error', () => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
      request.destroy();
    }
    await door.put(TOPIC, 'x');
    await until(async () => (await door.ask(AT, { headers: NAMED })).status === 200);
    expect(await poll()).toBeUndefined();
  });

  it('a stop does not wait for a poll that waits', async () => {
    const waiting = door.ask(`${AT}?perMessageTimeoutMs=30000`, { headers: NAMED });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = Date.now();
    await door.test.app.close();
    expect((await waiting).status).toBe(503);
    expect(Date.now() - before).toBeLessThan(3_000);
  });
});
