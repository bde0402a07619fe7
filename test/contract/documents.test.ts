import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCouchDbDocumentStore } from '../../src/adapters/couchdb/documents.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import type { Documents, DocumentStore } from '../../src/ports/documents.js';
import { backend } from '../support/backends.js';
import { documentsContract } from './documents.js';

const { COUCHDB_TEST_URL: protocolUrl = '', COUCHDB_URL: couchdbUrl = '' } = process.env;

describe('embedded', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'stageline-documents-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  documentsContract('embedded', {
    openStore: (scope) => createLevelDocumentStore({ dir: path.join(folder, scope) }),
  });

  it('refuses a directory that is in use, and names it', async () => {
    const dir = path.join(folder, 'in-use');
    const first = await createLevelDocumentStore({ dir });
    const second = createLevelDocumentStore({ dir });
    await expect(second).rejects.toMatchObject({
      code: 'LEASE_HELD',
      message: expect.stringContaining(dir) as string,
    });
    await first.close();
    await (await createLevelDocumentStore({ dir })).close();
  });

  it('orders ids by UTF-16 code unit', async () => {
    const store = await createLevelDocumentStore({ dir: path.join(folder, 'order') });
    const documents = await store.create('order');
    const ids = ['', '~', '\x7f', '\x80', 'é', '日', '\ud800', '🚀', '\ufb01', '\uffff'].map(
      (end) => `a${end}`,
    );
    await documents.write([...ids].reverse().map((id) => ({ id, body: {} })));
    const found = await documents.range({ start: 'a', end: 'b', limit: 99 });
    expect(found.map(({ id }) => id)).toEqual(ids);
    await store.close();
  });
});

backend(
  'CouchDB protocol server',
  protocolUrl !== '',
  'COUCHDB_TEST_URL names no server (node scripts/couchdb.mjs start)',
  () => {
    documentsContract('couchdb (protocol server)', {
      openStore: (database) => createCouchDbDocumentStore({ url: protocolUrl, database }),
      // PouchDB copies documents by assignment, which loses such fields.
      keepsProto: false,
    });
  },
);

backend('CouchDB', couchdbUrl !== '', 'COUCHDB_URL names no server', () => {
  documentsContract('couchdb', {
    openStore: (database) => createCouchDbDocumentStore({ url: couchdbUrl, database }),
  });
});

const SECRET = 'hunter 2';
const LOGIN = `admin:${encodeURIComponent(SECRET)}@`;

async function reasonOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe('couchdb without a server', () => {
  it('is ENGINE_UNAVAILABLE, and names the address without the password', async () => {
    const url = `http://${LOGIN}127.0.0.1:9`;
    const nobody = await createCouchDbDocumentStore({ url, database: 'stageline' });
    const calls = [
      nobody.current(),
      nobody.list(),
      nobody.create('a'),
      nobody.open('a'),
      nobody.setCurrent('a'),
    ];
    for (const call of calls) {
      const error = await reasonOf(call);
      expect(error).toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining('http://127.0.0.1:9/') as string,
      });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/hunter|admin/);
    }
  });

  it('refuses what is no address', async () => {
    for (const url of ['', 'localhost', 'ftp://localhost']) {
      const opening = createCouchDbDocumentStore({ url, database: 'stageline' });
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    }
  });
});

describe('couchdb with a server that', () => {
  type Answer = (response: ServerResponse, body: string, request: IncomingMessage) => void;
  let server: Server;
  let store: DocumentStore;
  let answer: Answer;
  const requests: { url: string; bytes: number; socket: unknown; authorization: string | undefined }[] = [];

  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const unavailable = (message: string): object => ({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining(message) as string,
  });
  const open = async (): Promise<Documents> => {
    answer = (response) => json(response, 200, { db_name: 'stageline-db' });
    const documents = await store.open('db');
    requests.length = 0;
    return documents;
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const { url = '', socket, headers } = request;
        requests.push({ url, bytes: body.length, socket, authorization: headers.authorization });
        answer(response, body.toString(), request);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://${LOGIN}127.0.0.1:${port}/couch/`;
    store = await createCouchDbDocumentStore({ url, database: 'stageline', requestTimeoutMs: 3_000 });
  });
  afterAll(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });

  it('has errors, refuses the user, or sends half an answer is ENGINE_UNAVAILABLE', async () => {
    const documents = await open();
    const reading = (): Promise<unknown> => documents.range({ start: 'a', end: 'b', limit: 1 });
    answer = (response) => json(response, 500, { error: 'internal_server_error', reason: 'out of paper' });
    await expect(reading()).rejects.toMatchObject(unavailable('answered 500: out of paper'));
    answer = (response) =>
      json(response, 401, { error: 'unauthorized', reason: 'Name or password is incorrect.' });
    await expect(reading()).rejects.toMatchObject(unavailable('answered 401'));
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"rows":[', () => response.destroy());
    };
    await expect(reading()).rejects.toMatchObject(unavailable('cut off'));
    answer = (response) => json(response, 200, { something: 'else' });
    await expect(reading()).rejects.toMatchObject(unavailable('cannot be understood'));
    answer = (response) => json(response, 201, []);
    await expect(documents.write([{ id: 'a', body: {} }])).rejects.toMatchObject(unavailable('understood'));
  });

  it('says nothing is given up after the timeout', async () => {
    const documents = await open();
    answer = () => undefined;
    const error = await reasonOf(documents.get(['a']));
    expect(error).toMatchObject(unavailable('nothing came within 3000 ms'));
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/hunter|admin/);
  });

  it('cannot read one document gets the others without it', async () => {
    const documents = await open();
    answer = (response, body) => {
      const { docs } = JSON.parse(body) as { docs: { _id: string; _rev?: string }[] };
      if (docs.some(({ _id: id }) => id === 'bad')) {
        json(response, 413, { error: 'document_too_large', reason: 'bad' });
      } else {
        const answers = docs.map(({ _id: id, _rev: rev }) =>
          rev === 'old'
            ? { id, error: 'conflict', reason: 'Document update conflict.' }
            : { id, ok: true, rev: '1-a' },
        );
        json(response, 201, answers);
      }
    };
    const ids = ['a', 'b', '_c', 'bad', 'd', 'e'];
    const writes = ids.map((id) => ({ id, body: {}, ...(id === 'd' ? { rev: 'old' } : {}) }));
    const results = await documents.write(writes);
    expect(results.map((result) => [result.id, result.ok ? result.rev : result.reason])).toEqual([
      ['a', '1-a'],
      ['b', '1-a'],
      ['_c', 'refused'],
      ['bad', 'refused'],
      ['d', 'conflict'],
      ['e', '1-a'],
    ]);
  });

  it('gets requests of bounded size, over kept connections, with the login', async () => {
    const documents = await open();
    answer = (response, body) => {
      const { docs } = JSON.parse(body) as { docs: { _id: string }[] };
      json(
        response,
        201,
        docs.map(({ _id: id }) => ({ id, ok: true, rev: '1-a' })),
      );
    };
    const body = { text: 'x'.repeat(100_000) };
    const results = await documents.write(
      Array.from({ length: 100 }, (_, index) => ({ id: `${index}`, body })),
    );
    expect(results.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
    await documents.write(Array.from({ length: 1500 }, (_, index) => ({ id: `${index}`, body: {} })));
    expect(requests.map(({ url }) => url)).toEqual(Array(5).fill('/couch/stageline-db/_bulk_docs'));
    expect(Math.max(...requests.map(({ bytes }) => bytes))).toBeLessThan(4.2 * 1024 * 1024);
    expect(new Set(requests.map(({ socket }) => socket)).size).toBeLessThan(requests.length);
    const login = `Basic ${Buffer.from(`admin:${SECRET}`).toString('base64')}`;
    expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set([login]));
  });
});
