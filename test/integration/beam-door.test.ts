import { gzipSync } from 'node:zlib';
import { AppError, problem } from '../../src/errors.js';
import { startBeamDoor, type BeamDoor } from '../support/beam-door.js';

const TOPIC = 'persistent://acme/orders/new';
const AT = '/v2/firehose/p/acme/orders/new';
const JOURNAL = 'persistent://ops/stageline/journal';

let door: BeamDoor;

beforeAll(async () => {
  door = await startBeamDoor({}, { pulsarUrls: ['pulsar://broker:6650', 'pulsar+ssl://broker:6651'] });
});
afterAll(() => door.close());

const last = async (
  topic = TOPIC,
): Promise<{ text: string; properties: Readonly<Record<string, string>> }> => {
  const { payload, properties } = (await door.on(topic)).at(-1) ?? {
    payload: Buffer.alloc(0),
    properties: {},
  };
  return { text: payload.toString(), properties };
};

describe('publishing as with Pulsar Beam', () => {
  it.each([
    ['v2, p', AT, {}],
    ['v2, persistent', '/v2/firehose/persistent/acme/orders/new', {}],
    ['v1 with a full name', '/v1/firehose', { TopicFn: TOPIC }],
    ['v1 with a short name', '/v1/firehose', { TopicFn: 'acme/orders/new' }],
    ['a header that wins over the path', '/v2/firehose/p/acme/orders/other', { TopicFn: TOPIC }],
    ['a header that wins over a path that is none', '/v2/firehose/x/y/z/0', { TopicFn: TOPIC }],
    ['the cluster by its name', AT, { PulsarUrl: 'pulsar+ssl://broker:6651' }],
    ['mode=async', `${AT}?mode=async`, {}],
  ])('takes %s', async (name, path, headers) => {
    const answer = await door.ask(path, { body: `by ${name}`, headers });
    expect([answer.status, answer.text]).toEqual([200, '']);
    const message = (await door.on(TOPIC)).at(-1);
    expect(message).toMatchObject({
      id: answer.headers['pulsarmessageid'],
      payload: Buffer.from(`by ${name}`),
      properties: { PulsarBeamId: expect.any(String) as string },
      // The clock's.
      eventTime: Date.UTC(2026, 0, 2),
    });
    expect(message?.key).toBeUndefined();
  });

  it('takes any bytes, an empty body, and whatever Content-Type says', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    for (const body of [bytes, Buffer.alloc(0)]) {
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
      expect((await door.ask(AT, { body, method: 'POST', headers })).status).toBe(200);
      expect((await door.on(TOPIC)).at(-1)?.payload.equals(body)).toBe(true);
    }
  });

  it('inflates gzip', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await door.ask(AT, { body: gzipSync('inflated'), headers })).status).toBe(200);
    expect(await last()).toMatchObject({ text: 'inflated' });
  });

  it('reaches non-persistent topics by both words', async () => {
    for (const word of ['np', 'non-persistent'])
      expect((await door.ask(`/v2/firehose/${word}/acme/orders/new`, { body: 'x' })).status).toBe(200);
  });

  it.each([
    ['v1 without TopicFn', '/v1/firehose', {}, 422, 'missing topic parts'],
    [
      'a domain that is none',
      '/v2/firehose/nonpersistent/a/b/c',
      {},
      422,
      'supported persistent types are persistent, p, non-persistent, np',
    ],
    [
      'another cluster',
      AT,
      { PulsarUrl: 'pulsar://elsewhere:6650' },
      422,
      'pulsar cluster pulsar://elsewhere:6650 is not allowed',
    ],
    [
      'a gzip that is none',
      AT,
      { 'Content-Encoding': 'gzip' },
      422,
      expect.stringContaining('the body cannot be inflated as gzip: ') as string,
    ],
    [
      'another encoding',
      AT,
      { 'Content-Encoding': 'br' },
      415,
      'Content-Encoding may be gzip; send the body as it is otherwise',
    ],
  ])('refuses %s', async (...[, path, headers, status, error]) => {
    const answer = await door.ask(path, { body: 'x', headers });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { error }]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('refuses topics that are not open, and its own that nobody publishes to', async () => {
    for (const topic of [
      'persistent://other/x/y',
      JOURNAL,
      'persistent://ops/stageline/replies',
      `${JOURNAL}-partition-0`,
      'persistent://ops/stageline/dead-letters',
      'persistent://ops/deployment-automation/prod',
      'persistent://ops/deployment/pre-deployment-configs-output',
    ]) {
      const answer = await door.ask('/v1/firehose', { body: 'x', headers: { TopicFn: topic } });
      expect([topic, answer.status]).toEqual([topic, 403]);
      expect(JSON.parse(answer.text)).toMatchObject({
        code: 'DENIED',
        error: expect.stringContaining(topic) as string,
      });
      expect(await door.on(topic)).toEqual([]);
    }
  });

  it('refuses pages of other sites, which need not ask before such a request', async () => {
    const headers = { origin: 'https://evil.example', 'content-type': 'text/plain' };
    expect((await door.ask(AT, { body: 'x', headers })).status).toBe(403);
  });
});

describe('weaknesses of Pulsar Beam that the door does not have', () => {
  it.each(['garbage://a/b', 'persistent://a/b', 'a/b', '://', 'persistent://a/b/c/d', `${'x'.repeat(300)}/`])(
    'a malformed TopicFn is refused, and nothing crashes: %j',
    async (name) => {
      for (const path of ['/v1/firehose', AT]) {
        const answer = await door.ask(path, { body: 'x', headers: { TopicFn: name } });
        expect([answer.status, answer.text.length < 600]).toEqual([422, true]);
      }
      expect((await door.ask(AT, { body: 'still there' })).status).toBe(200);
    },
  );

  it('messages may be as large as the bus takes them, not 128 KiB', async () => {
    const topic = 'persistent://acme/orders/large';
    const body = Buffer.alloc(door.bus.maxMessageBytes, 0x61);
    expect((await door.ask('/v2/firehose/p/acme/orders/large', { body })).status).toBe(200);
    expect((await door.on(topic))[0]?.payload.equals(body)).toBe(true);
  });

  it('a body that is too large is refused before it is taken, with 413', async () => {
    const headers = { 'content-length': String(200 * 1024 * 1024) };
    const answer = await new Promise((resolve) => {
      // Nothing of the body is ever sent.
      void door.ask(AT, { method: 'POST', headers, body: 'x' }).then(resolve, resolve);
    });
    expect(answer).toMatchObject({
      status: 413,
      text: expect.stringContaining('message size exceeds MaxMessageSize: MessageTooBig') as string,
    });
  });

  it('a small gzip that inflates to gigabytes is stopped at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
    expect(bomb.length).toBeLessThan(250_000);
    const before = process.memoryUsage().arrayBuffers;
    const answer = await door.ask(AT, { body: bomb, headers: { 'content-encoding': 'gzip' } });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      413,
      expect.objectContaining({ error: 'message size exceeds MaxMessageSize: MessageTooBig' }),
    ]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('includeHeaders gives no credentials away, and does not break bytes that are no text', async () => {
    const headers = {
      authorization: 'Bearer abc.def',
      cookie: 'session=1',
      'proxy-authorization': 'x',
      'x-trace': '7',
      'content-type': 'text/plain',
    };
    expect((await door.ask(`${AT}?includeHeaders`, { body: 'grün', headers })).status).toBe(200);
    const { headers: kept, body } = JSON.parse((await last()).text) as {
      headers: Record<string, string[]>;
      body: string;
    };
    expect(body).toBe('grün');
    expect(kept).toMatchObject({ 'X-Trace': ['7'], 'Content-Type': ['text/plain'] });
    expect(Object.keys(kept).filter((name) => /auth|cookie|^host$/i.test(name))).toEqual([]);
    expect((await door.ask(`${AT}?includeHeaders=true`, { body: Buffer.from([0xff, 0xfe]) })).status).toBe(
      422,
    );
    expect((await door.ask(`${AT}?includeHeaders=false`, { body: Buffer.from([0xff, 0xfe]) })).status).toBe(
      200,
    );
  });

  it('key and properties can be given, checked, and none that the service sets', async () => {
    const headers = { PulsarKey: 'k 1', 'PulsarProperties-orderId': '17', 'PulsarProperties-Origin': 'shop' };
    expect((await door.ask(AT, { body: 'x', headers })).status).toBe(200);
    const message = (await door.on(TOPIC)).at(-1);
    expect(message?.key).toBe('k 1');
    expect(message?.properties).toEqual({
      orderId: '17',
      Origin: 'shop',
      PulsarBeamId: expect.any(String) as string,
    });
    for (const name of ['ticket', 'Ticket', 'PulsarBeamId', 'askedBy'])
      expect((await door.ask(AT, { body: 'x', headers: { [`PulsarProperties-${name}`]: 'x' } })).status).toBe(
        422,
      );
    expect((await door.ask(AT, { body: 'x', headers: { PulsarKey: 'gr\u00fcn' } })).status).toBe(422);
  });

  it.each([
    ['tokens', { authorization: 'guessed' }, AT, 'x'],
    [
      'tickets',
      {},
      '/v2/firehose/p/ops/stageline/commands',
      JSON.stringify({
        id: '0193a5a0-0000-7000-8000-000000000001',
        command: 'plan',
        project: 'p',
        params: {},
        ticket: 'guessed',
      }),
    ],
  ] as const)('%s cannot be guessed for long', async (...[, headers, path, body]) => {
    const asking = await startBeamDoor(
      {
        callers: {
          required: true,
          identify: () => Promise.reject(new AppError('UNAUTHENTICATED', 'It is not known.')),
        },
      },
      { whoAsks: () => ({ denied: problem('TICKET_REFUSED', 'It is not good.') }) },
    );
    const statuses: number[] = [];
    for (let tries = 0; tries < 40; tries += 1)
      statuses.push((await asking.ask(path, { body, headers })).status);
    expect([...new Set(statuses)]).toEqual([401, 429]);
    expect(await asking.on('persistent://ops/stageline/commands')).toEqual([]);
    await asking.close();
  });

  it('says when the bus does not take a message, also with mode=async', async () => {
    const broken = await startBeamDoor({}, { send: () => Promise.reject(new Error('lost')) });
    expect((await broken.ask(`${AT}?mode=async`, { body: 'x' })).status).toBe(500);
    await broken.close();
  });
});
