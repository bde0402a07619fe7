import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { dist } from './product.mjs';

const READY_MS = 180_000;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One HTTP request; resolves with status and body. */
export function call(url, { method = 'GET', body } = {}) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(url, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The environment without anything that configures Stageline. */
function bareEnv() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STAGELINE_')));
}

/** Starts the service as people do, in a process of its own; resolves when `/readyz` is green, with the time that took. */
export async function startService(dataDir) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const begun = performance.now();
  const child = spawn(process.execPath, [join(dist, 'main.js')], {
    cwd: dataDir,
    env: {
      ...bareEnv(),
      STAGELINE_DATA_DIR: dataDir,
      STAGELINE_HTTP_PORT: String(port),
      STAGELINE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const ended = once(child, 'close');
  for (;;) {
    const { status, text } = await call(`${url}/readyz`).catch((error) => ({
      status: 0,
      text: error.message,
    }));
    if (status === 200) break;
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}: ${output}`);
    if (performance.now() - begun > READY_MS) {
      child.kill('SIGKILL');
      throw new Error(`the service is not ready after ${READY_MS} ms: ${text} ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const readyMs = performance.now() - begun;
  return {
    url,
    readyMs,
    pid: child.pid,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await ended;
      if (code !== 0) throw new Error(`the service did not stop cleanly (${code}): ${output}`);
    },
  };
}

/** Memory of a process in MB: resident now and at most, and the part of it that is not mapped files. */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
  return { residentMb: mb('VmRSS'), peakMb: mb('VmHWM'), anonymousMb: mb('RssAnon'), filesMb: mb('RssFile') };
}
