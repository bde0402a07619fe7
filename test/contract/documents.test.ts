import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCouchDbDocumentStore } from '../../src/adapters/couchdb/documents.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
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

describe('couchdb without a server', () => {
  const secret = 'hunter2';
  const store = (address: string, requestTimeoutMs?: number) =>
    createCouchDbDocumentStore({
      url: `http://admin:${secret}@${address}`,
      database: 'stageline',
      ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    });

  it('is ENGINE_UNAVAILABLE, and names the address without the password', async () => {
    const nobody = await store('127.0.0.1:9');
    const calls = [
      nobody.current(),
      nobody.list(),
      nobody.create('a'),
      nobody.open('a'),
      nobody.setCurrent('a'),
    ];
    for (const call of calls) {
      const error: unknown = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining('http://127.0.0.1:9/') as string,
      });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    }
  });

  it('refuses what is no address', async () => {
    for (const url of ['', 'localhost', 'ftp://localhost']) {
      const opening = createCouchDbDocumentStore({ url, database: 'stageline' });
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    }
  });
});
