// The in-memory server that speaks CouchDB's protocol (test/couchdb-server): installed, started and stopped.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, cacheFolder, portFromEnv, say } from './cli.mjs';
import { withLock } from './lock.mjs';
import { LOOPBACK, ask, requireFreePort } from './net.mjs';
import * as processes from './process.mjs';

const PACKAGE = join(import.meta.dirname, '..', '..', 'test', 'couchdb-server');
const PORT_VARIABLE = 'COUCHDB_TEST_PORT';
const DEFAULT_PORT = 15984;
const START_LIMIT_MS = 30_000;
/** Also true of another checkout's server: it is the same thing on the same port. */
const MARKER = join('couchdb-server', 'server.mjs');

export function couchdbFolder() {
  return cacheFolder('couchdb-server');
}

export function describeCouchdb() {
  const stateFile = join(couchdbFolder(), 'state.json');
  const state = processes.readState(stateFile);
  const pid = processes.runningPid(state);
  const port = pid ? state.port : portFromEnv(PORT_VARIABLE, DEFAULT_PORT);
  return {
    pid,
    port,
    stateFile,
    url: `http://${LOOPBACK}:${port}`,
    logFile: join(couchdbFolder(), 'server.log'),
  };
}

export function couchdbEnv() {
  return { COUCHDB_TEST_URL: describeCouchdb().url };
}

/** One command at a time, so that two runs neither install nor start twice. */
export function withCouchdbLock(work) {
  return withLock(join(couchdbFolder(), 'run.lock'), work);
}

/** `npm ci`, unless what is installed is what the lock file says. */
export async function installCouchdb() {
  const digest = createHash('sha256')
    .update(readFileSync(join(PACKAGE, 'package-lock.json')))
    .digest('hex');
  const mark = join(PACKAGE, 'node_modules', '.installed-lock-sha256');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === digest) return;
  say('installing test/couchdb-server …');
  await processes.run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: PACKAGE });
  mkdirSync(join(PACKAGE, 'node_modules'), { recursive: true });
  writeFileSync(mark, digest);
}

export async function startCouchdb() {
  const running = describeCouchdb();
  if (running.pid) {
    await waitUntilReady(running, {});
    say(`couchdb protocol server: already running (process ${running.pid}, ${running.url})`);
    return;
  }
  await installCouchdb();
  const { port, stateFile, logFile, url } = running;
  await requireFreePort(port, PORT_VARIABLE, 'couchdb protocol server');
  const args = [join(PACKAGE, 'server.mjs'), '--port', String(port)];
  const started = processes.spawnDetached(process.execPath, args, {
    cwd: couchdbFolder(),
    env: process.env,
    logFile,
  });
  processes.writeState(stateFile, { pid: started.pid, marker: MARKER, port });
  await waitUntilReady({ ...running, pid: started.pid }, started);
  say(`couchdb protocol server: ready (process ${started.pid}, ${url})`);
}

async function waitUntilReady({ pid, url, logFile }, started) {
  const until = Date.now() + START_LIMIT_MS;
  while ((await ask('GET', url)).status !== 200) {
    const ended = started.exited ?? (processes.isAlive(pid) ? undefined : 'gone');
    if (ended || Date.now() > until) {
      const reason = ended ? `the process ended (${ended})` : 'does not answer';
      throw new UserError(
        `couchdb protocol server: ${reason}\n${processes.logTail(logFile)}\n  log: ${logFile}`,
      );
    }
    await sleep(50);
  }
}

export async function stopCouchdb() {
  const { pid, stateFile } = describeCouchdb();
  if (!pid) return say('couchdb protocol server: not running');
  await processes.stopGroup(pid, 5000);
  processes.writeState(stateFile, {});
  say('couchdb protocol server: stopped');
}
