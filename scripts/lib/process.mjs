// Processes that outlive the script that started them: found again by a state file, ended as a whole group.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './cli.mjs';

/** `R`, `S`, `T` (paused), `Z` …, or undefined when there is no such process. */
export function processState(pid) {
  if (existsSync('/proc/self/stat')) {
    try {
      // The name, in parentheses, may hold spaces: read from behind it.
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)[0];
    } catch {
      return undefined;
    }
  }
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout?.toString()
    .trim()[0];
}

/** A zombie counts as dead: in a container whose first process reaps nobody it would stay for ever. */
export function isAlive(pid) {
  const state = processState(pid);
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).stdout?.toString() ?? '';
  }
}

/** Resident memory in MiB, where the system tells. */
export function residentMiB(pid) {
  const kib = Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)]).stdout?.toString());
  return kib > 0 ? Math.round(kib / 1024) : undefined;
}

export function readState(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeState(file, state) {
  writeFileSync(file, `${JSON.stringify(state, null, 2)}\n`);
}

/**
 * The pid in a state file, if that process still runs and is the one that was started: after a reboot the number may
 * belong to anybody, so its command line must hold the state's `marker`.
 */
export function runningPid(state) {
  if (!state?.pid || !isAlive(state.pid)) return undefined;
  return commandLine(state.pid).includes(state.marker) ? state.pid : undefined;
}

/** Starts a program in a group of its own, with its output in a file. `exited` says how it ended, if it does. */
export function spawnDetached(command, args, { cwd, env, logFile }) {
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const started = { pid: child.pid, exited: undefined };
  child.once('error', (error) => (started.exited = error.message));
  child.once('exit', (code, signal) => (started.exited = signal ?? `exit code ${code}`));
  child.unref();
  return started;
}

export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ends a process and all it started; asks first, and insists after `limitMs`. */
export async function stopGroup(pid, limitMs = 30_000) {
  signalGroup(pid, 'SIGTERM');
  signalGroup(pid, 'SIGCONT'); // a paused process would never see the request
  const until = Date.now() + limitMs;
  while (isAlive(pid) && Date.now() < until) await sleep(100);
  signalGroup(pid, 'SIGKILL');
  while (isAlive(pid)) await sleep(50);
}

/** The lines of a log that tell most: its errors, then its end. */
export function logTail(file, lines = 20) {
  if (!existsSync(file)) return '(no log)';
  const all = readFileSync(file, 'utf8').trimEnd().split('\n');
  const errors = all
    .slice(0, -lines)
    .filter((line) => /\bERROR\b|Caused by:|^Error|OutOfMemory/.test(line))
    .slice(-10);
  const shown = [...errors, ...(errors.length > 0 ? ['…'] : []), ...all.slice(-lines)];
  return shown.map((line) => `  | ${line.slice(0, 400)}`).join('\n');
}

/** The first line a program prints about its version, or undefined when it can't be run. */
export function versionLine(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error || status !== 0) return undefined;
  return `${stderr}${stdout}`.split('\n').find((line) => /\d/.test(line)) ?? '';
}

/** Runs a program to its end; its output is shown only if it fails. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill();
  process.once('exit', kill);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-20_000)));
  }
  const code = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  }).finally(() => process.off('exit', kill));
  if (code !== 0) {
    const tail = output
      .replace(/\u001b\[[0-9;]*m/g, '')
      .trim()
      .split('\n')
      .slice(-15)
      .join('\n');
    throw new UserError(`${command} ${args[0]} … failed (${code}):\n${tail}`);
  }
}
