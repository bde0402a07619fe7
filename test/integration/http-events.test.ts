import { once } from 'node:events';
import http, { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { pause } from '../../src/core/pause.js';
import type { JournalEvent } from '../../src/core/types.js';
import { AppError } from '../../src/errors.js';
import type { Callers } from '../../src/ports/identity.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/http-app.js';
import { openStream, type SseBlock, type SseClient } from '../support/sse-client.js';

let running: TestApp | undefined;
let clients: SseClient[] = [];
let port = 0;

async function start(options: TestAppOptions = {}): Promise<TestApp> {
  running = createTestApp({ ...options, settings: { port: 0, ...options.settings } });
  await running.app.listen({ host: '127.0.0.1', port: 0 });
  port = (running.app.server.address() as AddressInfo).port;
  return running;
}

async function open(options: { path?: string; lastEventId?: string } = {}): Promise<SseClient> {
  const client = await openStream(port, options);
  clients.push(client);
  return client;
}

async function until(condition: () => boolean, ms = 5_000): Promise<void> {
  for (let waited = 0; waited < ms; waited += 5) {
    if (condition()) return;
    await pause(5);
  }
  throw new Error('not in time');
}

const event = (more: Readonly<Record<string, unknown>> = {}): JournalEvent => ({
  type: 'configs-unstaged',
  project: 'default',
  stageSet: 'main',
  reason: 'un-staged',
  counts: { apply: 0, delete: 0 },
  functions: [],
  ...more,
});

const ids = (messages: readonly SseBlock[]): string[] => messages.map(({ id }) => id ?? '');
const eventIds = (messages: readonly SseBlock[]): string[] =>
  messages.flatMap(({ data }) => (JSON.parse(data ?? '[]') as { id: string }[]).map(({ id }) => id));

beforeEach(() => {
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await running?.app.close();
  running = undefined;
});

describe('GET /v1/events', () => {
  it('starts at the head and sends what happens from then on', async () => {
    const { feed } = await start();
    feed.commit(event());
    const client = await open();
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    await until(() => client.blocks.length >= 2);
    expect(client.blocks.slice(0, 2)).toEqual([{ retry: '2000' }, { id: '1', comment: 'connected' }]);
    feed.commit(event(), event());
    const [message] = await client.waitFor(1);
    expect(message).toEqual({ id: '2', data: expect.any(String) as string });
    expect(eventIds([message ?? {}])).toEqual(['0/2/0', '0/2/1']);
  });

  it('sends everything from the beginning with from=0', async () => {
    const { feed } = await start();
    for (let at = 0; at < 500; at += 1) feed.commit(event());
    const client = await open({ path: '/v1/events?from=0' });
    feed.commit(event());
    expect(ids(await client.waitFor(501))).toEqual(Array.from({ length: 501 }, (_, at) => String(at + 1)));
  });

  it('resumes without gap or repeat, however often it is cut', async () => {
    const { feed } = await start();
    const busy = setInterval(() => feed.commit(event()), 1);
    const seen: string[] = [];
    let last = '0';
    try {
      for (let round = 0; round < 10; round += 1) {
        const client = await open({ path: '/v1/events?from=0', lastEventId: last });
        await client.waitFor(5 + round);
        client.close();
        const got = ids(client.messages());
        seen.push(...got);
        last = got.at(-1) ?? last;
      }
    } finally {
      clearInterval(busy);
    }
    expect(seen.length).toBeGreaterThan(90);
    expect(seen).toEqual(seen.map((_, at) => String(at + 1)));
  });

  it('gives a client that is cut off before its first event the place to resume from', async () => {
    const { feed } = await start();
    for (let at = 0; at < 3; at += 1) feed.commit(event());
    const client = await open();
    await until(() => client.blocks.length >= 2);
    client.close();
    feed.commit(event());
    const again = await open({ lastEventId: client.blocks.at(-1)?.id ?? '' });
    expect(ids(await again.waitFor(1))).toEqual(['4']);
  });

  it('lets Last-Event-ID win over from', async () => {
    const { feed } = await start();
    for (let at = 0; at < 5; at += 1) feed.commit(event());
    const client = await open({ path: '/v1/events?from=0', lastEventId: '3' });
    expect(ids(await client.waitFor(2))).toEqual(['4', '5']);
  });

  it('filters by project and type, and moves on over the rest', async () => {
    const { feed } = await start({ streams: { heartbeatMs: 50 } });
    const published = event({ type: 'effects-published', topic: 't', through: 1 });
    feed.commit(event({ project: 'a' }), event({ project: 'b' }));
    feed.commit(event({ project: 'c' }));
    feed.commit(published);
    feed.commit(event({ project: 'b' }));
    feed.commit();
    const byProject = await open({ path: '/v1/events?from=0&project=a&project=b' });
    const byType = await open({ path: '/v1/events?from=0&type=effects-published' });
    const byBoth = await open({ path: '/v1/events?from=0&type=stageline.configs-unstaged&project=c' });
    expect(eventIds(await byProject.waitFor(2))).toEqual(['0/1/0', '0/1/1', '0/4/0']);
    expect(eventIds(await byType.waitFor(1))).toEqual(['0/3/0']);
    expect(eventIds(await byBoth.waitFor(1))).toEqual(['0/2/0']);
    await until(() => byBoth.blocks.some(({ id, comment }) => id === '5' && comment === 'heartbeat'));
  });

  it.each([
    ['/v1/events?from=x', undefined, '/query/from'],
    ['/v1/events?from=-1', undefined, '/query/from'],
    ['/v1/events?from=', undefined, '/query/from'],
    ['/v1/events?from=99999999999999999999', undefined, '/query/from'],
    ['/v1/events?from=0', '1.5', '/headers/Last-Event-ID'],
    ['/v1/events?type=nonsense', undefined, '/query/type/0'],
  ])('refuses %s with Last-Event-ID %s', async (path, lastEventId, pointer) => {
    await start();
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
  });

  it('sends heartbeats', async () => {
    await start({ streams: { heartbeatMs: 20 } });
    const client = await open();
    await until(() => client.blocks.filter(({ comment }) => comment === 'heartbeat').length >= 3);
    expect(client.messages()).toEqual([]);
  });

  it('writes no more to a reader that takes nothing, tells it that it is behind, and lets it resume', async () => {
    const { feed } = await start();
    const big = event({ functions: ['x'.repeat(50_000)] });
    const client = await open();
    await until(() => client.blocks.length >= 2);
    client.pause();
    for (let at = 0; at < 3_000; at += 1) {
      feed.commit(big);
      if (at % 50 === 0) await pause(0);
    }
    client.resume();
    await until(() => client.ended());
    const told = client.messages().at(-1);
    expect(told).toMatchObject({ event: 'behind', data: `{"position":${told?.id ?? ''}}` });
    const first = client.messages().slice(0, -1);
    // What the sockets of both sides hold, and no more: a few megabytes of 150.
    expect(first.length).toBeLessThan(1_000);
    expect(ids(first).at(-1)).toBe(told?.id);
    const again = await open({ lastEventId: told?.id ?? '' });
    const rest = await again.waitFor(3_000 - first.length);
    const every = [...ids(first), ...ids(rest)];
    expect(every).toEqual(every.map((_, at) => String(at + 1)));
  });

  it('cuts off a reader that takes nothing for too long', async () => {
    const { feed, app } = await start({ streams: { heartbeatMs: 20, stalledMs: 300 } });
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write('GET /v1/events?from=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const big = event({ functions: ['x'.repeat(500_000)] });
    for (let at = 0; at < 60; at += 1) feed.commit(big);
    await until(() => feed.following() === 1);
    await until(() => feed.following() === 0);
    socket.destroy();
    expect(app.server.listening).toBe(true);
  });

  it('cleans up after a client that goes away', async () => {
    const { log } = await start({ streams: { maxStreams: 1 } });
    const client = await open();
    await until(() => client.blocks.length >= 2);
    client.close();
    await until(() => log.lines.length > 0);
    expect(log.lines).toMatchObject([{ level: 'debug', event: 'request', facts: { status: 'aborted' } }]);
    expect((await open()).status).toBe(200);
  });

  it('serves 200 clients at once', async () => {
    const { feed, log } = await start({ streams: { maxStreams: 200 } });
    const many = await Promise.all(Array.from({ length: 200 }, () => open()));
    await until(() => many.every(({ blocks }) => blocks.length >= 2));
    for (let at = 0; at < 20; at += 1) feed.commit(event());
    for (const client of many) expect(ids(await client.waitFor(20))).toEqual(ids(many[0]?.messages() ?? []));
    for (const client of many) client.close();
    await until(() => log.lines.length === 200);
    expect((await open()).status).toBe(200);
  });

  it('takes no more clients than it is allowed, and the next when one has gone', async () => {
    const { log } = await start({ streams: { maxStreams: 2 } });
    const first = await open();
    await open();
    const refused = await fetch(`http://127.0.0.1:${port}/v1/events`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    const before = log.lines.length;
    first.close();
    await until(() => log.lines.length > before);
    expect((await open()).status).toBe(200);
  });

  it('takes no more of one caller than it is allowed, whatever room there is', async () => {
    let name = 'alice';
    const callers: Callers = { required: true, identify: async () => ({ name, roles: ['viewer'] }) };
    await start({ callers, streams: { maxPerCaller: 1 } });
    const first = await open();
    const refused = await fetch(`http://127.0.0.1:${port}/v1/events`);
    expect(await refused.json()).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      detail: '"alice" has 1 event streams open; close one.',
    });
    name = 'bob';
    expect((await open()).status).toBe(200);
    name = 'alice';
    first.close();
    await until(() => running?.log.lines.some(({ facts }) => facts['status'] === 'aborted') === true);
    expect((await open()).status).toBe(200);
  });

  it('ends when its token is good no longer, and not because that cannot be found out', async () => {
    let fault: AppError | undefined;
    const identify: Callers['identify'] = async () => {
      if (fault !== undefined) throw fault;
      return { name: 'alice', roles: ['viewer'] };
    };
    await start({ callers: { required: true, identify }, streams: { recheckMs: 20 } });
    const client = await open();
    fault = new AppError('ENGINE_UNAVAILABLE', 'the documents cannot be read');
    await pause(100);
    expect(client.ended()).toBe(false);
    fault = new AppError('UNAUTHENTICATED', 'revoked');
    await until(() => client.ended());
  });

  it('ends streams when the service is closed, at once', async () => {
    const { app } = await start();
    const client = await open();
    await until(() => client.blocks.length >= 2);
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(900);
    await until(() => client.ended());
  });
});

describe('over a real socket', () => {
  it('lets requests under way come to their end when it is closed, and takes no new ones', async () => {
    const { app, door } = await start();
    let answer = (): void => undefined;
    door.send = () =>
      new Promise((resolve) => {
        answer = () => resolve({ id: 'x', reply: undefined });
      });
    const agent = new Agent({ keepAlive: true });
    const ask = (method: string, path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json' };
        const request = http.request({ port, path, method, headers, agent }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        });
        request.on('error', reject);
        request.end(method === 'POST' ? '{}' : undefined);
      });
    const command = ask('POST', '/v1/commands');
    await pause(50);
    const closed = app.close();
    await pause(20);
    expect(await ask('GET', '/healthz')).toBe(503);
    answer();
    expect(await command).toBe(202);
    await closed;
    agent.destroy();
  });

  it.each(['TRACE', 'PROPFIND'])('refuses the method %s with a problem', async (method) => {
    await start();
    const socket = connect(port, '127.0.0.1');
    socket.write(`${method} /v1/commands HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 405 /);
    expect(data.toString()).toContain('allow: POST');
    socket.destroy();
  });

  it('answers what is no HTTP with a problem', async () => {
    await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('NONSENSE\r\n\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(data.toString()).toContain('application/problem+json');
    socket.destroy();
  });

  it('knows its port from the socket', async () => {
    await start();
    const status = async (host: string): Promise<number> => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const [data] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return Number(data.toString().slice(9, 12));
    };
    expect(await status(`localhost:${port}`)).toBe(200);
    expect(await status(`localhost:${port + 1}`)).toBe(403);
    expect(await status('evil.example.com')).toBe(403);
  });

  it('closes the door on a body that is too large', async () => {
    await start({ settings: { maxCommandBytes: 100 } });
    const answer = await fetch(`http://127.0.0.1:${port}/v1/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ a: 'x'.repeat(1_000_000) }),
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});
