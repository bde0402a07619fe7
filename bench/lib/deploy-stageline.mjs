import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { bareLoop, remove } from './bare-calls.mjs';
import { makeNamespace, packageFile, pulsarConfig, stagedConfig } from './deploy-workload.mjs';
import { quietLog, settingsOf } from './engines.mjs';
import { product } from './product.mjs';

const PROJECT = 'bench';
const LIMIT_MS = 10 * 60_000;
const AT_ONCE = 100;
const WAY = ['effect-stored', 'routed', 'deployed'];

/** Deploys functions through the whole service: new with a package, then changed, then as they are. */
export async function deployStageline({ adminUrl, functions, engine, dir }) {
  await makeNamespace(adminUrl);
  const { loadConfig } = product('config');
  const { startService } = product('service/service');
  const env = {
    ...settingsOf(engine, dir),
    STAGELINE_HTTP_PORT: '0',
    STAGELINE_ARTIFACT_ROOTS: packageFile().folder,
    STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test', adminUrl }]),
    ...healthOff(),
  };
  const told = { outcomes: 0, at: {} };
  const reach = (point) => {
    told.at[point] = performance.now();
    if (point === 'deployed') told.outcomes += 1;
  };
  const log = quietLog();
  const service = await startService(loadConfig({ env, cwd: process.cwd() }), log, { reach });
  const prefix = `s${randomBytes(3).toString('hex')}`;
  const indexes = Array.from({ length: functions }, (_, index) => index);
  try {
    const wrong = await service.ready(60_000);
    if (wrong.length > 0) throw new Error(`the service is not ready: ${JSON.stringify(wrong)}`);
    const deploy = (revision, number) => release({ service, told, log, prefix, indexes, revision, number });
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
    const requests = indexes.map((index) => remove(pulsarConfig(prefix, index, 0)));
    await bareLoop({ adminUrl, requests, concurrency: 2 });
  }
}

/** Stages, commits, and times from the commit until the last outcome is known, and until it is recorded. */
async function release({ service, told, log, prefix, indexes, revision, number }) {
  const ask = (command, params) => send(service.url, { command, project: PROJECT, params });
  for (let from = 0; from < indexes.length; from += AT_ONCE) {
    const configs = indexes.slice(from, from + AT_ONCE).map((index) => stagedConfig(prefix, index, revision));
    await ask('stage-configs', { stageSet: 'main', configs });
  }
  const wanted = told.outcomes + indexes.length;
  const begun = performance.now();
  await ask('commit-staged-to-test', { stageSet: 'main' });
  const end = begun + LIMIT_MS;
  const id = `release:${PROJECT}:test:${String(number).padStart(8, '0')}`;
  const isLate = () => performance.now() > end;
  while (told.outcomes < wanted && !isLate()) await pause(2);
  const ms = told.at.deployed - begun;
  // Where the last of them was when: what the way to the deployer costs.
  const way = Object.fromEntries(WAY.map((point) => [point, Math.round(told.at[point] - begun)]));
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
    if (isLate()) throw new Error(`${told.outcomes} of ${wanted}: ${JSON.stringify(log.kept.slice(-2))}`);
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

/** Whether a function runs is looked at afterwards, and timed by itself. */
function healthOff() {
  const { SETTING_NAMES } = product('config/settings-schema');
  return Object.fromEntries(
    ['STAGELINE_DEPLOYER_HEALTH_BAKE_MS', 'STAGELINE_DEPLOYER_HEALTH_SETTLE_MS']
      .filter((name) => SETTING_NAMES.includes(name))
      .map((name) => [name, '0']),
  );
}
