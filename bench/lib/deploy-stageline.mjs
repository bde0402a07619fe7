import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { bareLoop, remove } from './bare-calls.mjs';
import {
  folder,
  makeNamespace,
  packageFile,
  pulsarConfig,
  settle,
  stagedConfig,
} from './deploy-workload.mjs';
import { quietLog, settingsOf } from './engines.mjs';
import { product } from './product.mjs';
import { serveSandbox } from './sandbox-server.mjs';

const PROJECT = 'bench';
const LIMIT_MS = 10 * 60_000;
const AT_ONCE = 100;
const WAY = ['effect-stored', 'routed', 'deployed'];

/**
 * Deploys functions through the whole service: new with a package, then changed, then as they are. Each is committed to
 * `test` first, a sandbox behind Pulsar's paths, as people do; what is timed is the commit to `prod` after it, in a process
 * whose code has run by then, as it has in a service that runs for months.
 */
export async function deployStageline({ adminUrl, functions, engine, dir }) {
  await makeNamespace(adminUrl);
  const { loadConfig } = product('config');
  const { startService } = product('service/service');
  const sandbox = await serveSandbox({ dir: folder(`${dir}/test`), addMs: 0 });
  const env = {
    ...settingsOf(engine, folder(`${dir}/data`)),
    STAGELINE_HTTP_PORT: '0',
    STAGELINE_ARTIFACT_ROOTS: packageFile().folder,
    STAGELINE_ENVIRONMENTS: JSON.stringify([
      { name: 'test', adminUrl: sandbox.adminUrl },
      { name: 'prod', adminUrl },
    ]),
    // Whether a function runs is looked at afterwards, and timed by itself.
    STAGELINE_DEPLOYER_HEALTH_BAKE_MS: '0',
  };
  const config = loadConfig({ env, cwd: process.cwd() });
  await provision(config);
  const told = { outcomes: 0, at: {}, wanted: 0, reached: () => undefined };
  const reach = (point) => {
    told.at[point] = performance.now();
    if (point !== 'deployed') return;
    told.outcomes += 1;
    if (told.outcomes === told.wanted) told.reached();
  };
  const log = quietLog();
  const service = await startService(config, log, { reach });
  const prefix = `s${randomBytes(3).toString('hex')}`;
  const indexes = Array.from({ length: functions }, (_, index) => index);
  try {
    const wrong = await service.ready(60_000);
    if (wrong.length > 0) throw new Error(`the service is not ready: ${JSON.stringify(wrong)}`);
    const deploy = async (revision, number) => {
      await stage({ service, prefix, indexes, revision });
      await release({ environment: 'test', service, told, log, indexes, number });
      await settle(adminUrl);
      return release({ environment: 'prod', service, told, log, indexes, number });
    };
    const created = await deploy(0, 1);
    const updated = await deploy(1, 2);
    const unchanged = await deploy(1, 3);
    return {
      createsPerSecond: created.perSecond,
      updatesPerSecond: updated.perSecond,
      unchangedPerSecond: unchanged.perSecond,
      recordedSeconds: updated.recordedMs / 1_000,
      restarts: unchanged.counts.deployed,
      told: { created, updated, unchanged },
    };
  } finally {
    await service.stop();
    await sandbox.close();
    const requests = indexes.map((index) => remove(pulsarConfig(prefix, index, 0)));
    await bareLoop({ adminUrl, requests, concurrency: 2 });
  }
}

/** A bus of its own has everything; on Pulsar tenants, namespaces and topics are made. */
async function provision(config) {
  const { openTopicAdmin } = product('service/engines');
  const { namespacePlans } = product('service/topics');
  await openTopicAdmin(config)?.provision(namespacePlans(config));
}

async function stage({ service, prefix, indexes, revision }) {
  for (let from = 0; from < indexes.length; from += AT_ONCE) {
    const configs = indexes.slice(from, from + AT_ONCE).map((index) => stagedConfig(prefix, index, revision));
    const command = { command: 'stage-configs', project: PROJECT, params: { stageSet: 'main', configs } };
    await send(service.url, command);
  }
}

/** Commits, and times until the last outcome is known, and until it is recorded. */
async function release({ environment, service, told, log, indexes, number }) {
  const deployed = new Promise((resolve, reject) => {
    told.reached = resolve;
    setTimeout(() => reject(new Error(`${told.outcomes} of ${told.wanted}`)), LIMIT_MS).unref();
  });
  told.wanted = told.outcomes + indexes.length;
  const begun = performance.now();
  const end = begun + LIMIT_MS;
  const params = { stageSet: 'main' };
  await send(service.url, { command: `commit-staged-to-${environment}`, project: PROJECT, params });
  await deployed;
  const ms = told.at.deployed - begun;
  // Where the last of them was when: what the way to the deployer costs.
  const way = Object.fromEntries(WAY.map((point) => [point, Math.round(told.at[point] - begun)]));
  const id = `release:${PROJECT}:${environment}:${String(number).padStart(8, '0')}`;
  for (;;) {
    const response = await fetch(`${service.url}/v1/documents/${id}`);
    const { document } = response.ok ? await response.json() : {};
    if (document !== undefined && !['committed', 'deploying'].includes(document.state)) {
      const { counts } = document;
      const well = counts.deployed + counts.unchanged;
      if (well !== indexes.length)
        throw new Error(`${JSON.stringify(counts)}: ${JSON.stringify(log.kept.slice(-2))}`);
      return {
        perSecond: (indexes.length * 1_000) / ms,
        ms,
        recordedMs: performance.now() - begun,
        way,
        counts,
      };
    }
    if (performance.now() > end) throw new Error(`not recorded: ${JSON.stringify(log.kept.slice(-2))}`);
    await pause(20);
  }
}

async function send(url, command) {
  const response = await fetch(`${url}/v1/commands?waitMs=30000`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: randomUUID(), ...command }),
  });
  const reply = await response.json();
  if (reply.status !== 'ok') throw new Error(`${command.command}: ${JSON.stringify(reply.error ?? reply)}`);
}
