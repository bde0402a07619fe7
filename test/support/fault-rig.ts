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
import { notReady, watchReadiness, type WatchReport } from './readiness-watch.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

/** One service under a light load, with a proxy before each of its servers. */
export interface FaultRig {
  readonly settings: RunSettings;
  readonly service: CrashService;
  readonly run: PulsarRun;
  /** Before the broker's WebSocket and admin API. */
  readonly broker: TcpProxy;
  readonly couchdb: TcpProxy;
  readonly load: CrashLoad;
  /** Lets something go wrong and waits until commands are answered and the service is ready again. */
  endure(fault: () => Promise<void>, withinMs?: number): Promise<Endured>;
  /** Ends load and service and compares everything. */
  finish(): Promise<RunChecks>;
  /** Leaves nothing running; safe to repeat. */
  stop(): Promise<void>;
}

/** What a fault did. */
export interface Endured extends WatchReport {
  readonly faultMs: number;
  /** From the end of the fault until commands are answered and the service says that it is ready. */
  readonly recoveredMs: number;
}

export interface FaultRigOptions {
  readonly settings: RunSettings;
  readonly seed: number;
  /** More settings of the service. */
  readonly env?: Readonly<Record<string, string>>;
}

const root = join(__dirname, '..', '..');

/** Settings of a service that reaches the broker through a proxy. */
export function behindProxy(broker: TcpProxy): RunSettings {
  return {
    STAGELINE_PULSAR_WS_URL: broker.url.replace(/^http/, 'ws'),
    STAGELINE_PULSAR_ADMIN_URL: broker.url,
  };
}

export async function startFaultRig({ settings, seed, env = {} }: FaultRigOptions): Promise<FaultRig> {
  await initTopics(loadConfig({ env: settings, cwd: process.cwd() }));
  const run = await openPulsarRun(settings);
  const broker = await startTcpProxy(settings['STAGELINE_PULSAR_ADMIN_URL'] ?? '');
  const couchdb = await startTcpProxy(settings['STAGELINE_COUCHDB_URL'] ?? '');
  const service = await createCrashService({
    STAGELINE_LOG_LEVEL: 'warn',
    ...settings,
    ...behindProxy(broker),
    STAGELINE_COUCHDB_URL: couchdb.url,
    ...env,
  });
  service.start();
  await service.ready(60_000);
  const load = startCrashLoad({
    url: () => service.url,
    seed,
    inFlight: 8,
    pauseMs: 50,
    artifact: join(root, 'examples/packages/enrich.py'),
  });

  const recovered = async (withinMs: number): Promise<number> => {
    const begun = Date.now();
    const before = load.answers();
    let reasons: string[] = [];
    for (const end = begun + withinMs; Date.now() < end;) {
      reasons = await notReady(service.url).catch((error: unknown) => [String(error)]);
      if (reasons.length === 0 && load.answers() > before) return Date.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const answers = load.answers() - before;
    throw new Error(`not well ${withinMs} ms after the fault: ${answers} answers, ${reasons.join('; ')}`);
  };

  return {
    settings,
    service,
    run,
    broker,
    couchdb,
    load,
    async endure(fault, withinMs = 60_000) {
      const watch = watchReadiness(service.url, () => load.answers());
      const begun = Date.now();
      try {
        await fault();
        const faultMs = Date.now() - begun;
        const recoveredMs = await recovered(withinMs);
        return { faultMs, recoveredMs, ...watch.report() };
      } finally {
        await watch.stop();
        // Where a fault was given up half-way the next one begins all the same.
        for (const proxy of [broker, couchdb]) {
          proxy.set({ kind: 'pass' });
          await proxy.accept();
        }
      }
    },
    async finish() {
      await load.finish(30_000);
      await deployed(run, 30_000);
      const code = await service.end('SIGTERM');
      const checks = await checkPulsarRun(run, settings, load.sent);
      return code === 0
        ? checks
        : { ...checks, faults: [`the service ended with ${code}`, ...checks.faults] };
    },
    async stop() {
      await service.end('SIGKILL');
      await Promise.all([broker.close(), couchdb.close(), run.close()]);
    },
  };
}
