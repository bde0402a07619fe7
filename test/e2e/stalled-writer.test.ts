import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { JOURNAL_PRODUCER } from '../../src/processor/lease.js';
import { backend } from '../support/backends.js';
import { messagesOf } from '../support/crash-checks.js';
import { startCrashLoad, type CrashLoad } from '../support/crash-load.js';
import { createCrashService, type CrashService } from '../support/crash-service.js';
import { behindProxy } from '../support/fault-rig.js';
import {
  checkPulsarRun,
  deployed,
  openPulsarRun,
  topicPath,
  type PulsarRun,
} from '../support/pulsar-checks.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';
import { leaseOf, sendTo, standsAs, voidRecords } from '../support/writers.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');
/** By silence of beats and an unload of the topic. */
const TAKEN_BY_FORCE_MS = 40_000;

/** The connection over which it appends. */
const APPENDS = /\/producer\/.*\/journal[? ]/;

interface TopicStats {
  readonly publishers: readonly { readonly producerName: string }[];
}

backend(
  'a writer that was stopped, and goes on when another one writes',
  missing.length === 0,
  `${missing.join(', ')} not set`,
  () => {
    jest.setTimeout(150_000);
    const settings = pulsarSettings();
    const services: CrashService[] = [];
    const proxies: TcpProxy[] = [];
    let run: PulsarRun | undefined;
    let load: CrashLoad | undefined;

    const start = async (env: Readonly<Record<string, string>>): Promise<CrashService> => {
      const service = await createCrashService({ STAGELINE_LOG_LEVEL: 'warn', ...env });
      services.push(service);
      service.start();
      return service;
    };

    afterAll(async () => {
      await load?.finish(0).catch(() => undefined);
      for (const service of services) service.child().kill('SIGCONT');
      await Promise.all(services.map((service) => service.end('SIGKILL')));
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await run?.close();
    });

    it('appends what every reader finds void, and nothing that was answered is lost or done twice', async () => {
      await initTopics(loadConfig({ env: settings, cwd: process.cwd() }));
      const servers = (run = await openPulsarRun(settings));
      const journal = settings['STAGELINE_TOPIC_JOURNAL'] ?? '';
      const statsOf = async (topic: string): Promise<TopicStats> =>
        (await servers.admin('GET', `${topicPath(topic)}/stats`)) as TopicStats;
      const broker = await startTcpProxy(settings['STAGELINE_PULSAR_ADMIN_URL'] ?? '');
      proxies.push(broker);

      const old = await start({ ...settings, ...behindProxy(broker) });
      await old.ready(60_000);
      const door = await start({ ...settings, STAGELINE_PARTS: 'http' });
      await door.ready(60_000);
      const next = await start(settings);
      await standsAs(next.url, ({ state }) => state === 'standby', 30_000);
      const id = randomUUID();
      const first = { id, command: 'un-stage', params: { all: true, stageSet: 'first' } };
      const answered = await sendTo(door.url, first);

      // What it appends from now on is on its way for long: it is stopped before it could know.
      broker.set({ kind: 'black-hole' }, APPENDS);
      load = startCrashLoad({
        url: () => door.url,
        seed: 5,
        inFlight: 8,
        artifact: join(process.cwd(), 'examples/packages/enrich.py'),
      });
      const [append] = broker.connections(APPENDS);
      await until(() => (append?.waiting() ?? 0) > 500, 10_000);
      old.child().kill('SIGSTOP');
      await standsAs(next.url, ({ works, epoch }) => works && epoch === 2, TAKEN_BY_FORCE_MS);
      const before = load.answers();
      await until(() => (load?.answers() ?? 0) > before + 8, 20_000);

      // Its session at the broker gets the name when the new writer leaves it, and brings what it had sent.
      expect(append?.waiting()).toBeGreaterThan(500);
      expect(await next.end('SIGTERM')).toBe(0);
      await until(
        async () =>
          (await statsOf(journal)).publishers.some(({ producerName }) => producerName === JOURNAL_PRODUCER),
        60_000,
      );
      broker.set({ kind: 'pass' });
      await until(async () => voidRecords(await messagesOf(servers.bus, journal)).length > 0, 10_000);
      const foreign = voidRecords(await messagesOf(servers.bus, journal));
      expect(new Set(foreign.map(({ epoch }) => epoch))).toEqual(new Set([1]));

      // The next one takes the lease from it, in the same way, and its appends get through.
      const last = await start(settings);
      await standsAs(last.url, ({ works, epoch }) => works && epoch === 3, TAKEN_BY_FORCE_MS);
      const answers = load.answers();
      await until(() => (load?.answers() ?? 0) > answers + 8, 20_000);
      for (const reader of [door, last])
        expect((await leaseOf(reader.url))?.voidMessages).toBeGreaterThanOrEqual(1);

      // What it had appended was decided by others meanwhile, and is in force once.
      old.child().kill('SIGCONT');
      await standsAs(old.url, ({ state }) => state === 'standby', 30_000);
      expect(
        await sendTo(old.url, { command: 'un-stage', params: { all: true, stageSet: 'last' } }),
      ).toMatchObject({
        status: 'rejected',
      });
      expect(await sendTo(last.url, first)).toEqual(answered);
      await load.finish(30_000);
      await deployed(servers, 30_000);
      await Promise.all([old, last, door].map((service) => service.end('SIGTERM')));
      const { faults, journal: counted } = await checkPulsarRun(servers, settings, load.sent);
      expect(faults).toEqual([]);
      const decided = new Set(counted.records.map(({ command }) => command.id));
      expect(foreign.filter(({ record }) => decided.has(record.command.id))).not.toEqual([]);
    });
  },
);
