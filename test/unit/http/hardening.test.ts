import { AppError } from '../../../src/errors.js';
import type { Callers } from '../../../src/ports/identity.js';
import { bodyOf, createTestApp, HOST } from '../../support/http-app.js';

/** Whoever says `Bearer good-<name>` is known by that name. */
const callers: Callers = {
  required: true,
  identify: async (header) => {
    const name = /^Bearer good-(\w+)$/.exec(header ?? '')?.[1];
    if (name === undefined) throw new AppError('UNAUTHENTICATED', 'not known');
    return { name, roles: ['viewer'] };
  },
};
const as = (name: string) => ({ ...HOST, authorization: `Bearer good-${name}` });
const WRONG = { ...HOST, authorization: 'Bearer wrong' };

describe('every answer', () => {
  it.each([
    ['/', 200],
    ['/healthz', 200],
    ['/nowhere', 404],
    ['/v1/documents', 200],
    ['/%', 400],
  ])('%s tells browsers to load and run nothing', async (url, status) => {
    const { app } = createTestApp();
    const answer = await app.inject({ url, headers: HOST });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    if (status === 400) return;
    expect(answer.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.headers).not.toHaveProperty('server');
  });

  it('shows no stack and no path, whatever goes wrong inside', async () => {
    const { app, reads } = createTestApp();
    reads.fail(new Error(`${__filename}: secret detail`));
    const answer = await app.inject({ url: '/v1/documents/environment:test', headers: HOST });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/at |\.ts|secret detail|node_modules/);
  });
});

describe('pages of other origins', () => {
  const ORIGIN = 'https://portal.example.com';
  const preflight = {
    method: 'OPTIONS' as const,
    url: '/v1/commands',
    headers: { ...HOST, origin: ORIGIN, 'access-control-request-method': 'POST' },
  };

  it('are told nothing unless they are configured', async () => {
    const { app } = createTestApp();
    const answer = await app.inject(preflight);
    expect(answer.statusCode).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('may ask with a token where they are, and never with cookies', async () => {
    const { app } = createTestApp({ settings: { corsOrigins: [ORIGIN] } });
    const answer = await app.inject(preflight);
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([204, ORIGIN]);
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    const read = await app.inject({ url: '/v1/status', headers: { ...HOST, origin: ORIGIN } });
    expect([read.statusCode, read.headers['access-control-allow-origin']]).toEqual([200, ORIGIN]);
    const other = await app.inject({
      ...preflight,
      headers: { ...preflight.headers, origin: `${ORIGIN}.evil.example` },
    });
    expect(other.statusCode).toBe(403);
  });

  it('do not make preflights part of the contract', async () => {
    const { app } = createTestApp({ settings: { corsOrigins: [ORIGIN] } });
    const { paths } = bodyOf(await app.inject({ url: '/v1/openapi.json', headers: HOST })) as {
      paths: object;
    };
    expect(JSON.stringify(paths)).not.toContain('"options"');
    expect((await app.inject({ method: 'PUT', url: '/nowhere', headers: HOST })).statusCode).toBe(404);
  });
});

describe('wrong credentials', () => {
  const ask = (app: ReturnType<typeof createTestApp>['app'], headers: object, remoteAddress = '10.0.0.1') =>
    app.inject({ url: '/v1/status', headers: { ...headers }, remoteAddress });

  it('are not looked at any more after thirty in a minute, and shut out nobody whose were good, and no other address', async () => {
    const { app } = createTestApp({ callers });
    expect((await ask(app, as('alice'))).statusCode).toBe(200);
    const statuses: number[] = [];
    for (let count = 0; count < 32; count += 1) statuses.push((await ask(app, WRONG)).statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.slice(30)).toEqual([429, 429]);
    expect((await ask(app, as('bob'))).statusCode).toBe(429);
    expect((await ask(app, as('alice'))).statusCode).toBe(200);
    expect((await ask(app, as('bob'), '10.0.0.2')).statusCode).toBe(200);
  });

  it('do not count where there were none', async () => {
    const { app } = createTestApp({ callers });
    for (let count = 0; count < 40; count += 1) expect((await ask(app, HOST)).statusCode).toBe(401);
    expect((await ask(app, as('alice'))).statusCode).toBe(200);
  });

  it('count by the address that a trusted proxy names, and by no other', async () => {
    const from = (address: string) => ({ ...WRONG, 'x-forwarded-for': address });
    const { app } = createTestApp({ callers, settings: { trustedProxies: ['10.0.0.1'] } });
    for (let count = 0; count < 31; count += 1) await ask(app, from('192.0.2.7'));
    expect((await ask(app, from('192.0.2.7'))).statusCode).toBe(429);
    expect((await ask(app, from('192.0.2.8'))).statusCode).toBe(401);
    const direct = createTestApp({ callers }).app;
    for (let count = 0; count < 31; count += 1) await ask(direct, from(`192.0.2.${count}`));
    expect((await ask(direct, from('192.0.2.99'))).statusCode).toBe(429);
  });
});

describe('many requests', () => {
  it('of one caller are refused beyond the limit, and those of others are not', async () => {
    const { app } = createTestApp({ callers, settings: { requestsPerMinute: 5 } });
    const ask = (name: string) => app.inject({ url: '/v1/status', headers: as(name) });
    for (let count = 0; count < 5; count += 1) expect((await ask('alice')).statusCode).toBe(200);
    const refused = await ask('alice');
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(bodyOf(refused)).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect((await ask('bob')).statusCode).toBe(200);
  });

  it('that come in byte by byte are given up', () => {
    const { app } = createTestApp();
    expect(app.server.requestTimeout).toBe(60_000);
    expect(app.server.headersTimeout).toBe(15_000);
  });
});

describe('a route', () => {
  it('that does not say whom it is for keeps the service from starting', async () => {
    const { app } = createTestApp();
    const register = async (): Promise<void> => {
      await app.register(async (scope) => {
        scope.get('/v1/new', async () => 'secret');
      });
    };
    await expect(register()).rejects.toThrow('GET /v1/new does not say who may use it');
  });
});
