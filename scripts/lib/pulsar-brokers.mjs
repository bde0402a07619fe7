// The two standalone brokers for tests, named as the environments that they stand for.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, portFromEnv, say } from './cli.mjs';
import { LOOPBACK, ask, requireFreePort } from './net.mjs';
import * as processes from './process.mjs';
import { makeHome } from './pulsar-config.mjs';
import { distributionFolder, examplesJar, pulsarFolder } from './pulsar-files.mjs';

const DEFAULT_PORTS = {
  test: { binary: 16650, web: 18080, bookie: 13181 },
  prod: { binary: 26650, web: 28090, bookie: 23181 },
};
export const BROKERS = Object.keys(DEFAULT_PORTS);
const DEFAULT_MEMORY = '-Xms256m -Xmx768m -XX:MaxDirectMemorySize=768m';
const DEFAULT_START_SECONDS = 120;

/** Where a broker lives and what runs there: `pid` and `paused` are of now, `ports` those of the running one. */
export function describeBroker(name) {
  const home = join(pulsarFolder(), 'run', name);
  const stateFile = join(home, 'state.json');
  const state = processes.readState(stateFile);
  const pid = processes.runningPid(state);
  return {
    name,
    home,
    stateFile,
    logFile: join(home, 'server.log'),
    pid,
    paused: pid !== undefined && processes.processState(pid) === 'T',
    ports: pid ? state.ports : configuredPorts(name),
    lastPorts: state?.ports,
  };
}

/** The variables that carry a broker's ports, and what each port is for. */
function portVariables(name) {
  const prefix = `PULSAR_${name.toUpperCase()}`;
  return { binary: `${prefix}_PORT`, web: `${prefix}_WEB_PORT`, bookie: `${prefix}_BOOKIE_PORT` };
}

function configuredPorts(name) {
  const entries = Object.entries(portVariables(name));
  return Object.fromEntries(
    entries.map(([kind, variable]) => [kind, portFromEnv(variable, DEFAULT_PORTS[name][kind])]),
  );
}

/**
 * What a test wants of its own broker beside the ports, out of the JSON file that `STAGELINE_TEST_BROKER` names:
 * `settings` of the broker, the `token` of a superuser, and whether it has a functions worker.
 */
function wishes() {
  const file = process.env.STAGELINE_TEST_BROKER;
  return file ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** What tests and `pulsar.mjs env` need to reach both brokers. */
export function pulsarEnv() {
  const variables = {};
  for (const name of BROKERS) {
    const { ports } = describeBroker(name);
    const prefix = `PULSAR_${name.toUpperCase()}`;
    variables[`${prefix}_URL`] = `pulsar://${LOOPBACK}:${ports.binary}`;
    variables[`${prefix}_WS_URL`] = `ws://${LOOPBACK}:${ports.web}`;
    variables[`${prefix}_ADMIN_URL`] = `http://${LOOPBACK}:${ports.web}`;
  }
  return { ...variables, PULSAR_EXAMPLES_JAR: examplesJar() };
}

/** Starts a broker unless it runs, and waits until functions can be deployed. `keepData` goes on with what it holds. */
export async function startBroker(name, { keepData = false } = {}) {
  let broker = describeBroker(name);
  const begun = Date.now();
  if (broker.paused) throw new UserError(`${name} is paused; \`pulsar.mjs resume ${name}\` first`);
  if (broker.pid) {
    await waitUntilReady(broker, {});
    say(
      `${name}: already running (process ${broker.pid}, port ${broker.ports.binary}, web port ${broker.ports.web})`,
    );
    return;
  }
  // Data belongs to a port: the bookie is known by its address.
  const ports = keepData && broker.lastPorts ? broker.lastPorts : configuredPorts(name);
  for (const [kind, variable] of Object.entries(portVariables(name))) {
    await requireFreePort(ports[kind], variable, `Pulsar ${name}, ${kind}`);
  }
  if (!keepData) rmSync(broker.home, { recursive: true, force: true });
  mkdirSync(broker.home, { recursive: true });
  makeHome({
    home: broker.home,
    distribution: distributionFolder(),
    ports,
    keepData,
    settings: wishes().settings,
  });
  const started = launch(broker, ports);
  processes.writeState(broker.stateFile, { pid: started.pid, marker: broker.home, ports });
  broker = { ...broker, pid: started.pid, ports };
  try {
    await waitUntilReady(broker, started);
  } catch (error) {
    if (!started.exited) await processes.stopGroup(started.pid);
    throw error;
  }
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  say(
    `${name}: ready after ${seconds} s (process ${broker.pid}, port ${ports.binary}, web port ${ports.web})`,
  );
}

function launch({ home, logFile }, ports) {
  // Settings meant for another Pulsar on this machine must not reach this one.
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(PULSAR_|BOOKIE_|BK_|OPTS$|CLASSPATH$)/.test(key),
  );
  const env = {
    ...Object.fromEntries(inherited),
    PULSAR_MEM: process.env.PULSAR_MEM || DEFAULT_MEMORY,
    PULSAR_GC: '-XX:+UseG1GC', // half the memory of the default, ZGC, and steadier under load than the serial one
    PULSAR_GC_LOG: '-Xlog:all=warning',
    PULSAR_EXTRA_OPTS: `-Djava.io.tmpdir=${join(home, 'tmp')} -XX:+ExitOnOutOfMemoryError -Dio.netty.recycler.maxCapacityPerThread=4096`,
  };
  const args = ['standalone', '--no-stream-storage', '--advertised-address', LOOPBACK];
  args.push('--bookkeeper-port', String(ports.bookie));
  if (wishes().functions === false) args.push('--no-functions-worker');
  return processes.spawnDetached(join(home, 'bin', 'pulsar'), args, { cwd: home, env, logFile });
}

/**
 * The three steps in which a standalone broker becomes usable. The last one matters: for about two seconds after the
 * functions list answers, a deployment is refused with 503 "Leader not yet ready", and its package stays behind. A
 * rebalance of a single worker changes nothing and is answered so only by a worker that leads.
 */
const STEPS = [
  [
    'the health check',
    'GET',
    '/admin/v2/brokers/health',
    ({ status, text }) => status === 200 && text.trim() === 'ok',
  ],
  ['the functions worker', 'GET', '/admin/v3/functions/public/default', ({ status }) => status === 200],
  [
    "the functions worker's leader",
    'PUT',
    '/admin/v2/worker/rebalance',
    ({ status, text }) =>
      (status >= 200 && status < 300) || (status === 400 && /too few workers/i.test(text)),
  ],
];

/** Without a functions worker the health check says it all. */
const steps = () => (wishes().functions === false ? STEPS.slice(0, 1) : STEPS);

function askBroker({ ports }, method, path) {
  return ask(method, `http://${LOOPBACK}:${ports.web}${path}`, { token: wishes().token });
}

async function waitUntilReady(broker, started) {
  const limitSeconds = Number(process.env.STAGELINE_TEST_START_SECONDS) || DEFAULT_START_SECONDS;
  const until = Date.now() + limitSeconds * 1000;
  for (const [what, method, path, isReady] of steps()) {
    for (;;) {
      const answer = await askBroker(broker, method, path);
      if (isReady(answer)) break;
      const ended = started.exited ?? (processes.isAlive(broker.pid) ? undefined : 'gone');
      const late =
        Date.now() > until &&
        `not ready after ${limitSeconds} s, ${what} says: ${answer.status} ${answer.text.slice(0, 200)}`;
      if (ended || late) throw notReady(broker, ended ? `the process ended (${ended})` : late);
      await sleep(150);
    }
  }
}

function notReady({ name, logFile }, reason) {
  return new UserError(`Pulsar ${name}: ${reason}\n${processes.logTail(logFile)}\n  log: ${logFile}`);
}

export async function stopBroker(name) {
  const { pid, stateFile, ports } = describeBroker(name);
  if (!pid) return say(`${name}: not running`);
  await processes.stopGroup(pid);
  processes.writeState(stateFile, { ports });
  say(`${name}: stopped`);
}

/** Freezes a broker (`SIGSTOP`) or lets it go on (`SIGCONT`): a hung server, seen from outside. */
export function signalBroker(name, signal) {
  const { pid } = describeBroker(name);
  if (!pid) throw new UserError(`${name} is not running`);
  processes.signalGroup(pid, signal);
  say(`${name}: ${signal === 'SIGSTOP' ? 'paused' : 'resumed'}`);
}

/** Whether each step of becoming ready is done, by name. */
export async function missingSteps({ ports }) {
  const missing = [];
  for (const [what, method, path, isReady] of steps()) {
    if (!isReady(await askBroker({ ports }, method, path))) missing.push(what);
  }
  return missing;
}
