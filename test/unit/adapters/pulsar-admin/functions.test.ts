import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPulsarCluster } from '../../../../src/adapters/pulsar-admin/cluster.js';
import { createPulsarFunctions } from '../../../../src/adapters/pulsar-admin/functions.js';
import { createRedirectRule } from '../../../../src/adapters/pulsar-admin/redirects.js';
import { AppError } from '../../../../src/errors.js';
import type { Upsert } from '../../../../src/ports/functions.js';
import { shownCredentials } from '../../../support/shown-credentials.js';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly port: number;
}
type Answer = (asked: Asked, response: ServerResponse) => void;

const REF = { type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' } as const;
const UPSERT: Upsert = {
  ref: REF,
  config: { className: 'a.B' },
  data: { fileName: 'my "app".jar', body: Buffer.from('PK bytes') },
};

describe("Pulsar's REST Admin API", () => {
  const asked: Asked[] = [];
  const servers: Server[] = [];
  let answer: Answer;
  const serve = async (): Promise<string> => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const { localPort: port = 0 } = request.socket;
        const one = { method, url, headers, body: Buffer.concat(chunks).toString(), port };
        asked.push(one);
        answer(one, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  let adminUrl = '';
  let other = '';
  beforeAll(async () => {
    adminUrl = await serve();
    other = await serve();
  });
  beforeEach(() => {
    asked.length = 0;
    answer = (_asked, response) => response.writeHead(204).end();
  });
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  const open = (options: object = {}) =>
    createPulsarFunctions({
      adminUrl,
      credentials: () => shownCredentials(() => 'secret-token'),
      ...options,
    });

  it('is sent the config as JSON and the package under its file name', async () => {
    expect(await open().create(UPSERT)).toEqual({ status: 204, reason: '' });
    const [{ method, url, headers, body } = {} as Asked] = asked;
    expect(`${method} ${url}`).toBe('POST /admin/v3/functions/public/default/enrich');
    expect(headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'content-length': String(body.length),
    });
    expect(body).toContain(
      'name="functionConfig"\r\nContent-Type: application/json\r\n\r\n{"className":"a.B"}\r\n',
    );
    expect(body).toContain('name="data"; filename="my__app_.jar"\r\n');
    expect(body).toContain('\r\n\r\nPK bytes\r\n');
  });

  it('is asked for sources and sinks by their own paths and parts', async () => {
    const functions = open();
    await functions.update({ ref: { ...REF, type: 'sink' }, config: {}, url: 'sink://a/b/c@1' });
    await functions.status({ ...REF, type: 'source', name: 'a b' });
    await functions.delete(REF);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT /admin/v3/sinks/public/default/enrich',
      'GET /admin/v3/sources/public/default/a%20b/status',
      'DELETE /admin/v3/functions/public/default/enrich',
    ]);
    expect(asked[0]?.body).toContain('name="sinkConfig"');
    expect(asked[0]?.body).toContain('name="url"\r\nContent-Type: text/plain\r\n\r\nsink://a/b/c@1');
  });

  it.each([
    [400, '{"reason":"Update contains no change"}', 'Update contains no change'],
    [200, '{"name":"enrich"}', ''],
    [404, '<html><head><title>Error 404 Not Found</title></head></html>', 'Error 404 Not Found'],
    [500, 'plain words', 'plain words'],
    [401, '', 'Unauthorized (shown was the token of TOKEN_FILE)'],
  ])('answers %i %j with the reason %j', async (status, body, reason) => {
    answer = (_asked, response) => response.writeHead(status).end(body);
    expect(await open().get(REF)).toMatchObject({ status, reason });
  });

  it('says that it was asked without a token where the cluster wants one', async () => {
    answer = (_asked, response) => response.writeHead(401).end('');
    const { reason } = await open({ credentials: undefined }).get(REF);
    expect(reason).toMatch(/^Unauthorized \(asked without a token: .*tokenFile/);
  });

  it('is followed through a redirect to an allowed host, body and token included', async () => {
    answer = ({ port, url }, response) => {
      if (other.endsWith(String(port))) response.writeHead(204).end();
      else response.writeHead(307, { location: other + url }).end();
    };
    expect(await open({ allowedHosts: [new URL(other).host] }).create(UPSERT)).toMatchObject({ status: 204 });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ method: 'POST', body: asked[0]?.body });
    expect(asked[1]?.headers.authorization).toBe('Bearer secret-token');
  });

  it('is shown the token of the tenant, asked for with each request', async () => {
    const tokens: Record<string, string> = { public: 'one' };
    const functions = open({ credentials: (tenant: string) => shownCredentials(() => tokens[tenant]) });
    await functions.get(REF);
    tokens['public'] = 'two';
    await functions.status(REF);
    await functions.get({ ...REF, tenant: 'other' });
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one',
      'Bearer two',
      undefined,
    ]);
  });

  it('is sent nothing where the token cannot be had', async () => {
    const credentials = () => shownCredentials(() => Promise.reject(new AppError('TOKEN_MISSING', 'gone')));
    await expect(open({ credentials }).create(UPSERT)).rejects.toMatchObject({ code: 'TOKEN_MISSING' });
    expect(asked).toEqual([]);
  });

  it('is not followed to any other host', async () => {
    answer = ({ url }, response) => response.writeHead(307, { location: other + url }).end();
    const refused = await open().create(UPSERT);
    expect(refused.status).toBe(307);
    expect(refused.reason).toContain('not among the hosts allowed');
    expect(asked).toHaveLength(1);
  });

  it('is not followed in circles', async () => {
    answer = (_asked, response) => response.writeHead(307, { location: '/again' }).end();
    expect((await open().get(REF)).reason).toContain('More than 5 redirects');
    expect(asked).toHaveLength(6);
  });

  it('is never followed from https to http, nor to something else', () => {
    const rule = createRedirectRule(new URL('https://pulsar.corp:8443'), ['worker.corp', 'pulsar.corp']);
    const from = new URL('https://pulsar.corp:8443/admin');
    expect(rule(from, 'http://pulsar.corp/admin')).toContain('from https to http');
    expect(rule(from, 'ftp://pulsar.corp/admin')).toContain('no http address');
    expect(rule(from, 'https://evil.corp/admin')).toContain('not among');
    expect(String(rule(from, 'https://worker.corp:9999/x'))).toBe('https://worker.corp:9999/x');
    expect(String(rule(from, '/y'))).toBe('https://pulsar.corp:8443/y');
  });

  it("is not followed to another port of the admin URL's host", () => {
    const rule = createRedirectRule(new URL('https://pulsar.corp'), []);
    const from = new URL('https://pulsar.corp/admin');
    expect(rule(from, 'https://pulsar.corp:9999/x')).toContain('not among');
    expect(String(rule(from, 'https://pulsar.corp:443/x'))).toBe('https://pulsar.corp/x');
  });

  it('asks for no path that means another one, and for a package with the tenant of who needs it', async () => {
    const tokens: (string | undefined)[] = [];
    const credentials = (tenant: string | undefined) =>
      shownCredentials(() => {
        tokens.push(tenant);
        return 'token';
      });
    answer = (_asked, response) => response.end('[]');
    const { functions, admin } = createPulsarCluster({ adminUrl, credentials });
    for (const namespace of ['..', '.'])
      expect(await functions.get({ ...REF, namespace })).toMatchObject({ status: 400 });
    // Encoded once more, it is a name like any other.
    expect(await functions.get({ ...REF, namespace: '%2e%2e' })).toMatchObject({ status: 200 });
    const url = 'function://teamB/../../../v2/tenants';
    expect(await admin.hasPackage(url, REF)).toMatchObject({ known: false });
    expect(asked.map((one) => one.url)).toEqual(['/admin/v3/functions/public/%252e%252e/enrich']);
    expect(tokens).toEqual(['public']);
    expect(await admin.hasPackage('function://teamB/a/b@1', REF)).toEqual({ known: true, value: false });
    expect(tokens).toEqual(['public', 'public']);
    await functions.close();
  });

  it('cannot be reached when it does not answer in time, is cut, or is not there', async () => {
    answer = () => undefined;
    const unreachable = { code: 'CLUSTER_UNREACHABLE' };
    await expect(open({ requestTimeoutMs: 100 }).get(REF)).rejects.toMatchObject(unreachable);
    answer = (_asked, response) => response.destroy();
    await expect(open().create(UPSERT)).rejects.toMatchObject(unreachable);
    await expect(open({ adminUrl: 'http://127.0.0.1:1' }).get(REF)).rejects.toMatchObject(unreachable);
  });

  it('is asked over one kept connection', async () => {
    const sockets = new Set<unknown>();
    servers[0]?.on('connection', (socket) => sockets.add(socket));
    const functions = open();
    for (let i = 0; i < 5; i++) await functions.get(REF);
    expect(sockets.size).toBe(1);
    await functions.close();
  });

  it('has a package of an earlier life taken out of the way', async () => {
    let refusals = 1;
    answer = ({ method }, response) => {
      if (method !== 'POST' || refusals-- <= 0) response.writeHead(204).end();
      else
        response
          .writeHead(500)
          .end(`{"reason":"Package 'function://public/default/enrich@0' metadata already exists"}`);
    };
    expect(await open().create(UPSERT)).toMatchObject({ status: 204 });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /admin/v3/functions/public/default/enrich',
      'DELETE /admin/v3/packages/function/public/default/enrich/0',
      'POST /admin/v3/functions/public/default/enrich',
    ]);
  });

  it('never has the package of another function deleted', async () => {
    answer = (_asked, response) =>
      response
        .writeHead(500)
        .end(`{"reason":"Package 'function://public/default/other@0' metadata already exists"}`);
    expect(await open().create(UPSERT)).toMatchObject({ status: 500 });
    expect(asked).toHaveLength(1);
  });
});
