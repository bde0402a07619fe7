import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { startCrashLoad, type CrashLoad } from './crash-load.js';
import { createCrashService, type CrashService } from './crash-service.js';
import {
  checkPulsarRun,
  deployed,
  openPulsarRun,
  type PulsarRun,
  type RunChecks,
  type RunSettings,
} from './pulsar-checks.js';
import { startTcpProxy } from './tcp-proxy.js';
import { leaseOf, standsAs } from './writers.js';

/** How the writer is made to stop writing. */
export type Force = 'SIGKILL' | 'SIGSTOP';

/** One forced takeover. */
export interface Takeover {
  readonly force: Force;
  /** From the signal until another instance has the lease and takes commands. */
  readonly leadsAfterMs: number;
  /** From the signal until a command is answered again. */
  readonly answersAfterMs: number;
}

/** Instances that share one partition, under load. */
export interface TakeoverRig {
  readonly services: readonly CrashService[];
  readonly run: PulsarRun;
  readonly load: CrashLoad;
  /** How often the writer changed while nobody sent anything. */
  readonly idleTakeovers: number;
  /** Takes CouchDB away from everybody for a while; resolves with how often the writer changed meanwhile. */
  withoutDocuments(ms: number): Promise<number>;
  /** Takes the writer away and waits for the next one; then lets it come back as a standby. */
  takeOver(force: Force, withinMs: number): Promise<Takeover>;
  /** Ends the load and all instances and compares everything. */
  finish(): Promise<RunChecks>;
  stop(): Promise<void>;
}

export interface TakeoverRigOptions {
  readonly settings: RunSettings;
  readonly instances: number;
  readonly seed: number;
  readonly inFlight: number;
  /** So long nobody sends anything; then the load begins. */
  readonly idleMs: number;
}

export async function startTakeoverRig(options: TakeoverRigOptions): Promise<TakeoverRig> {
  const { settings } = options;
  await initTopics(loadConfig({ env: settings, cwd: process.cwd() }));
  const run = await openPulsarRun(settings);
  const couchdb = await startTcpProxy(settings['STAGELINE_COUCHDB_URL'] ?? '');
  const services: CrashService[] = [];
  for (let index = 0; index < options.instances; index += 1) {
    const service = await createCrashService({
      STAGELINE_LOG_LEVEL: 'info',
      ...settings,
      STAGELINE_COUCHDB_URL: couchdb.url,
    });
    services.push(service);
    service.start();
    await service.ready(60_000);
  }
  const writer = async (): Promise<CrashService> => {
    for (const end = Date.now() + 30_000; Date.now() < end;) {
      for (const service of services) if ((await leaseOf(service.url))?.works === true) return service;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('nobody writes');
  };
  const epoch = async (): Promise<number> => (await leaseOf((await writer()).url))?.epoch ?? 0;
  const begun = await epoch();
  await new Promise((resolve) => setTimeout(resolve, options.idleMs));
  const idleTakeovers = (await epoch()) - begun;

  /** Instances that can be asked: the load goes to each in turn. */
  const awake = new Set(services);
  let turn = 0;
  const load = startCrashLoad({
    url: () => [...awake][(turn += 1) % awake.size]?.url ?? '',
    seed: options.seed,
    inFlight: options.inFlight,
    pauseMs: 20,
    artifact: join(process.cwd(), 'examples/packages/enrich.py'),
  });

  const answersAgain = async (begun: number, withinMs: number): Promise<number> => {
    const before = load.answers();
    while (load.answers() === before) {
      if (Date.now() - begun > withinMs)
        throw new Error(`nothing is answered ${withinMs} ms after a takeover`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return Date.now() - begun;
  };

  return {
    services,
    run,
    load,
    idleTakeovers,
    async withoutDocuments(ms) {
      const before = await epoch();
      await couchdb.refuse();
      await new Promise((resolve) => setTimeout(resolve, ms));
      await couchdb.accept();
      return (await epoch()) - before;
    },
    async takeOver(force, withinMs) {
      const old = await writer();
      const before = await epoch();
      const others = services.filter((service) => service !== old);
      awake.delete(old);
      const begun = Date.now();
      if (force === 'SIGKILL') await old.end('SIGKILL');
      else old.child().kill('SIGSTOP');
      const leads = ({ works, epoch: next }: { works: boolean; epoch: number }): boolean =>
        works && next > before;
      await Promise.any(others.map((service) => standsAs(service.url, leads, withinMs)));
      const leadsAfterMs = Date.now() - begun;
      const answersAfterMs = await answersAgain(begun, withinMs + 20_000);
      if (force === 'SIGKILL') old.start();
      else old.child().kill('SIGCONT');
      await standsAs(old.url, ({ state }) => state === 'standby', 60_000);
      awake.add(old);
      return { force, leadsAfterMs, answersAfterMs };
    },
    async finish() {
      await load.finish(60_000);
      await deployed(run, 60_000);
      await Promise.all(services.map((service) => service.end('SIGTERM')));
      return checkPulsarRun(run, settings, load.sent);
    },
    async stop() {
      await load.finish(0).catch(() => undefined);
      for (const service of services) service.child().kill('SIGCONT');
      await Promise.all(services.map((service) => service.end('SIGKILL')));
      await couchdb.close();
      await run.close();
    },
  };
}
