import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCouchDbDocumentStore } from '../../../src/adapters/couchdb/documents.js';
import { createCredentials, type CredentialsConfig } from '../../../src/adapters/credentials/credentials.js';
import type { DocumentStore } from '../../../src/ports/documents.js';
import { createAuthority } from '../../support/certificates.js';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}
type Answer = readonly [status: number, body: object];

describe('CouchDB over TLS', () => {
  const dir = mkdtempSync(join(tmpdir(), 'stageline-couchdb-'));
  const authority = createAuthority(dir);
  const { caFile } = authority;
  const passwordFile = join(dir, 'password');
  const asked: Asked[] = [];
  let answer: (asked: Asked) => Answer;
  let server: Server;
  let url = '';

  beforeAll(async () => {
    const { certFile, keyFile } = authority.server('couchdb');
    server = createServer(
      { cert: readFileSync(certFile), key: readFileSync(keyFile) },
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { method = '', url: path = '', headers } = request;
          const body = Buffer.concat(chunks).toString();
          const one = { method, path, authorization: headers.authorization, body };
          asked.push(one);
          const [status, json] = answer(one);
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(() => {
    asked.length = 0;
    writeFileSync(passwordFile, 'one\n');
    answer = () => [200, {}];
  });

  const open = (config: CredentialsConfig, at = url): Promise<DocumentStore> =>
    createCouchDbDocumentStore({
      url: at,
      database: 'stageline',
      credentials: createCredentials({
        config,
        owner: 'CouchDB',
        nameOf: (field) => (field === 'tls/caFile' ? 'CA_FILE' : 'PASSWORD_FILE'),
      }),
    });
  const user = { basic: { user: 'stageline', passwordFile }, tls: { caFile } };
  const basic = (password: string): string =>
    `Basic ${Buffer.from(`stageline:${password}`).toString('base64')}`;

  it('takes user and password from settings, and the password anew when its file has changed', async () => {
    const store = await open(user);
    await store.open('a');
    writeFileSync(passwordFile, 'another');
    await store.open('a');
    expect(asked.map(({ authorization }) => authorization)).toEqual([basic('one'), basic('another')]);
  });

  it('is not talked to where nobody trusts its authority, and says which setting would', async () => {
    await expect((await open({ ...user, tls: {} })).open('a')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/certificate\. Its certificate .* set CA_FILE to the file/) as string,
    });
    expect(asked).toEqual([]);
  });

  it('is not asked where the password cannot be read', async () => {
    rmSync(passwordFile);
    await expect((await open(user)).open('a')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(
        /password of CouchDB cannot be read from PASSWORD_FILE: ENOENT/,
      ) as string,
    });
    expect(asked).toEqual([]);
  });

  it.each<[string, (store: DocumentStore) => Promise<unknown>, [Answer, RegExp]]>([
    [
      'a wrong password',
      (store) => store.open('a'),
      [
        [401, { error: 'unauthorized', reason: 'Name or password is incorrect.' }],
        /Look at STAGELINE_COUCHDB_USER and STAGELINE_COUCHDB_PASSWORD_FILE/,
      ],
    ],
    [
      'making a database',
      (store) => store.create('a'),
      [
        [401, { error: 'unauthorized', reason: 'You are not a server admin.' }],
        /To make a database the user must be a server admin/,
      ],
    ],
    [
      'listing databases',
      (store) => store.list(),
      [
        [401, { error: 'unauthorized', reason: 'You are not a server admin.' }],
        /To list databases the user must be a server admin/,
      ],
    ],
    [
      'reading a database',
      (store) => store.open('a'),
      [
        [403, { error: 'forbidden', reason: 'You are not allowed to access this db.' }],
        /The user must be a member of database stageline-a: add it to members in its _security/,
      ],
    ],
  ])('says which right is missing: %s', async (_what, call, [refusal, message]) => {
    answer = () => refusal;
    const error: unknown = await call(await open(user)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(message) as string,
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('one');
  });

  it('lets whoever may use the first database use those that are made after it', async () => {
    const security = { members: { names: ['reader'], roles: [] } };
    answer = ({ method, path }) =>
      path === '/stageline/_security' ? [200, security] : method === 'PUT' ? [201, { ok: true }] : [200, {}];
    await (await open(user)).create('b');
    expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['PUT', '/stageline-b', ''],
      ['GET', '/stageline/_security', ''],
      ['PUT', '/stageline-b/_security', JSON.stringify(security)],
    ]);
  });

  it('is asked for no database that is there already', async () => {
    answer = ({ method, path }) =>
      method === 'POST' && path.endsWith('_all_docs?include_docs=true')
        ? [200, { rows: [{ key: 'pointer', error: 'not_found' }] }]
        : method === 'POST'
          ? [201, [{ ok: true, id: 'pointer', rev: '1-a' }] as object]
          : [200, {}];
    await (await open(user)).setCurrent('a');
    expect(asked.filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});
