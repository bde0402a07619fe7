import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createCouchDbDocumentStore } from '../../src/adapters/couchdb/documents.js';
import { isPulsarNativeInstalled } from '../../src/adapters/pulsar-native/bus.js';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import type { DocumentStore } from '../../src/ports/documents.js';
import { backend } from '../support/backends.js';
import { createCrashService, type CrashService } from '../support/crash-service.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { leaseOf, sendTo, standsAs } from '../support/writers.js';

/** Where the writer was killed. */
const AFTER_A_KILL_MS = 10_000;
/** Where it was stopped: by the silence of its beats and an unload of the topic. */
const AFTER_A_STOP_MS = 40_000;
/** Longer than the silence after which a standby takes the lease by force. */
const LONG_MS = 12_000;

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');
const native = [
  ...missingServers('PULSAR_TEST_URL', 'PULSAR_TEST_ADMIN_URL').map((name) => `${name} not set`),
  ...(isPulsarNativeInstalled() ? [] : ['the optional package pulsar-client is not installed']),
];

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

backend('two writers on one partition of Pulsar', missing.length === 0, `${missing.join(', ')} not set`, () =>
  twoWriters({}),
);

backend(
  'two writers on one partition of Pulsar, over its native client',
  native.length === 0,
  native.join(', '),
  () => twoWriters({ STAGELINE_BUS: 'pulsar', STAGELINE_PULSAR_URL: process.env['PULSAR_TEST_URL'] ?? '' }),
);

/** The documents of a run, gone up to directly. */
function documentsOf(settings: Readonly<Record<string, string>>): Promise<DocumentStore> {
  return createCouchDbDocumentStore({
    url: settings['STAGELINE_COUCHDB_URL'] ?? '',
    database: settings['STAGELINE_COUCHDB_DATABASE'] ?? '',
  });
}

function twoWriters(bus: Readonly<Record<string, string>>): void {
  jest.setTimeout(120_000);
  const settings = { ...pulsarSettings(), ...bus };
  const services: CrashService[] = [];
  let couchdb: TcpProxy | undefined;

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<CrashService> => {
    const service = await createCrashService({ STAGELINE_LOG_LEVEL: 'warn', ...settings, ...env });
    services.push(service);
    service.start();
    return service;
  };
  const started = (index: number): CrashService => {
    const service = services[index];
    if (service === undefined) throw new Error(`instance ${index} was not started`);
    return service;
  };
  const epochOf = async (service: CrashService): Promise<number> => (await leaseOf(service.url))?.epoch ?? 0;
  const [first, second, third] = [() => started(0), () => started(1), () => started(2)] as const;
  const stage = (
    service: CrashService,
    name: string,
    id = randomUUID(),
  ): Promise<{ readonly status: string; readonly position: number }> => {
    const config = {
      type: 'function',
      artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
      tenant: 'public',
      namespace: 'default',
      name,
      className: 'enrich.Enrich',
      inputs: ['orders'],
    };
    return sendTo(service.url, { id, command: 'stage-configs', params: { configs: [config] } }, 40_000);
  };
  beforeAll(async () => {
    await initTopics(loadConfig({ env: settings, cwd: process.cwd() }));
    couchdb = await startTcpProxy(settings['STAGELINE_COUCHDB_URL'] ?? '');
    await (await start()).ready(60_000);
    // This one's documents can be made slow, or taken away.
    await (await start({ STAGELINE_COUCHDB_URL: couchdb.url })).ready(60_000);
  });

  afterAll(async () => {
    for (const service of services) service.child().kill('SIGCONT');
    await Promise.all(services.map((service) => service.end('SIGKILL')));
    await couchdb?.close();
  });

  it('one works, the other stands by; both answer', async () => {
    expect(await leaseOf(first().url)).toMatchObject({ state: 'leading', epoch: 1 });
    await standsAs(second().url, ({ state }) => state === 'standby', 10_000);
    expect(await stage(first(), 'a')).toMatchObject({ status: 'ok' });
    const through = await stage(second(), 'b');
    expect(through).toMatchObject({ status: 'ok' });
    const read = await fetch(
      `${second().url}/v1/documents/function:public/default/b?after=${through.position}`,
    );
    expect(read.status).toBe(200);
  });

  it('the other takes over within 10 s when the first is killed, and knows what was answered', async () => {
    const id = randomUUID();
    const before = await stage(first(), 'c', id);
    expect(before.status).toBe('ok');
    // What is in flight at that moment is answered too, once.
    const flying = Array.from({ length: 8 }, (_, index) => ({ id: randomUUID(), name: `flying-${index}` }));
    const answers = flying.map((one) => stage(second(), one.name, one.id));
    await first().end('SIGKILL');
    await standsAs(second().url, ({ works, epoch }) => works && epoch === 2, AFTER_A_KILL_MS);
    for (const [index, answer] of (await Promise.all(answers)).entries()) {
      expect(answer).toMatchObject({ status: 'ok' });
      expect(await stage(second(), `flying-${index}`, flying[index]?.id)).toEqual(answer);
    }
    expect(await stage(second(), 'c', id)).toEqual(before);
    expect(await stage(second(), 'other', id)).toMatchObject({ error: { code: 'ID_REUSED' } });
  });

  it('nobody takes over while the holder has nothing to do and its documents are gone', async () => {
    const standby = await start();
    await standsAs(standby.url, ({ state }) => state === 'standby', 60_000);
    const stillOne = async (): Promise<void> => {
      expect(await leaseOf(standby.url)).toMatchObject({ state: 'standby' });
      expect(await leaseOf(second().url)).toMatchObject({ state: 'leading', epoch: 2 });
    };
    await couchdb?.refuse();
    await sleep(LONG_MS);
    await stillOne();
    const waiting = stage(standby, 'waiting');
    await couchdb?.accept();
    expect(await waiting).toMatchObject({ status: 'ok' });
    await stillOne();
  });

  it('nor when a write is stored and its answer lost', async () => {
    const epoch = await epochOf(second());
    const lost = couchdb?.loseAnswer(/POST \S+_bulk_docs/);
    const waiting = stage(third(), 'stored-unanswered');
    await lost;
    expect(await waiting).toMatchObject({ status: 'ok' });
    expect(await leaseOf(second().url)).toMatchObject({ state: 'leading', epoch });
    expect(await leaseOf(third().url)).toMatchObject({ state: 'standby' });
  });

  it('another takes the lease within 40 s from a holder that stopped answering, and the holder comes back to nothing', async () => {
    const before = await epochOf(second());
    second().child().kill('SIGSTOP');
    await standsAs(third().url, ({ works, epoch }) => works && epoch === before + 1, AFTER_A_STOP_MS);
    expect(await stage(third(), 'e')).toMatchObject({ status: 'ok' });
    second().child().kill('SIGCONT');
    expect(await stage(third(), 'f')).toMatchObject({ status: 'ok' });
    expect(await stage(second(), 'g')).toMatchObject({ status: 'ok' });
    await standsAs(second().url, ({ state }) => state === 'standby', 30_000);
    expect(await leaseOf(third().url)).toMatchObject({ state: 'leading', epoch: before + 1 });
  });

  it('nobody takes over from a writer that folds for long at its start', async () => {
    const before = await epochOf(third());
    await Promise.all([second(), third()].map((service) => service.end('SIGTERM')));
    const store = await documentsOf(settings);
    await store.drop((await store.current()) ?? '');
    await store.close();

    couchdb?.set({ kind: 'delay', ms: 500 });
    second().start();
    await standsAs(second().url, ({ state }) => state === 'leading', 30_000);
    third().start();
    await standsAs(third().url, ({ state }) => state === 'standby', 30_000);
    for (const end = Date.now() + LONG_MS; Date.now() < end;) {
      expect(await leaseOf(third().url)).toMatchObject({ state: 'standby' });
      expect(await leaseOf(second().url)).toMatchObject({ state: 'leading', works: false });
    }
    couchdb?.set({ kind: 'pass' });
    await standsAs(second().url, ({ works, epoch }) => works && epoch === before + 1, 30_000);
    expect(await stage(third(), 'h')).toMatchObject({ status: 'ok' });
    expect(await leaseOf(third().url)).toMatchObject({ state: 'standby' });
  });
}
