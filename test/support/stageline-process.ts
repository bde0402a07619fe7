import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `stageline …` as people do, on what `npm run build` made. */
export function stageline(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeoutMs = 120_000,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin', 'stageline.js'), ...args], {
      cwd: root,
      env: { ...bareEnv(), ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

export interface ServiceProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  stop(signal?: NodeJS.Signals): Promise<number>;
}

/** Starts the service in a process of its own and waits until it says that it is ready. */
export async function startServiceProcess(
  env: Readonly<Record<string, string>>,
  readyMs = 90_000,
): Promise<ServiceProcess> {
  const port = env['STAGELINE_HTTP_PORT'] ?? String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [join(root, 'dist', 'main.js')], {
    cwd: root,
    env: { ...bareEnv(), STAGELINE_DATA_DIR: dataDir(), ...env, STAGELINE_HTTP_PORT: port },
  });
  let output = '';
  let exited: number | undefined;
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const closed = new Promise<number>((resolve) =>
    child.on('close', (code) => resolve((exited = code ?? -1))),
  );
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number> => {
    child.kill(signal);
    return closed;
  };
  for (const end = Date.now() + readyMs; ;) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return { url, child, log: () => output, stop };
    if (exited !== undefined) throw new Error(`the service ended with ${exited}:\n${output}`);
    if (Date.now() > end) {
      const status = await fetch(`${url}/readyz`).then((response) => response.text(), String);
      await stop('SIGKILL');
      throw new Error(`the service is not ready after ${readyMs} ms: ${status}\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A fresh data directory. */
export function dataDir(): string {
  return mkdtempSync(join(tmpdir(), 'stageline-'));
}

/** The environment without anything that configures Stageline. */
function bareEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => !entry[0].startsWith('STAGELINE_'),
    ),
  );
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
