import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { dataDir, freePort } from './stageline-process.js';

const root = join(__dirname, '..', '..');

/** A service that is killed and started again, always at the same address and on the same data. */
export interface CrashService {
  readonly url: string;
  readonly dataDir: string;
  /** The process of today. */
  child(): ChildProcess;
  /** What all its processes have logged. */
  log(): string;
  /** Starts it and does not wait: it may be killed before it is ready. */
  start(): void;
  /** Waits until it says that it is ready; resolves with the time since its start. */
  ready(withinMs?: number): Promise<number>;
  /** Ends it, by SIGKILL unless told otherwise; resolves with its exit code, -1 after a kill. */
  end(signal?: NodeJS.Signals): Promise<number>;
}

/** Makes a service that is meant to be killed; it is not started yet. */
export async function createCrashService(env: Readonly<Record<string, string>> = {}): Promise<CrashService> {
  const dir = env['STAGELINE_DATA_DIR'] ?? dataDir();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('STAGELINE_'));
  const settings = { ...env, STAGELINE_DATA_DIR: dir, STAGELINE_HTTP_PORT: String(port) };
  let output = '';
  let started = 0;
  let child: ChildProcess | undefined;
  let closed: Promise<number> = Promise.resolve(-1);

  const running = (): ChildProcess => {
    if (child === undefined) throw new Error('the service was not started');
    return child;
  };

  return {
    url,
    dataDir: dir,
    child: running,
    log: () => output,
    start() {
      started = Date.now();
      const next = spawn(process.execPath, [join(root, 'dist', 'main.js')], {
        cwd: root,
        env: { ...Object.fromEntries(inherited), ...settings },
      });
      for (const stream of [next.stdout, next.stderr])
        stream.on('data', (data: Buffer) => (output += data.toString()));
      closed = new Promise((resolve) => next.on('close', (code) => resolve(code ?? -1)));
      child = next;
    },
    async ready(withinMs = 30_000) {
      let said = 'nothing';
      while (Date.now() - started < withinMs) {
        const response = await fetch(`${url}/readyz`).catch(() => undefined);
        if (response?.ok === true) return Date.now() - started;
        said = (await response?.text()) ?? said;
        if (child?.exitCode !== null)
          throw new Error(`the service ended by itself:\n${output.slice(-4_000)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`the service is not ready after ${withinMs} ms: ${said}\n${output.slice(-4_000)}`);
    },
    end(signal = 'SIGKILL') {
      running().kill(signal);
      return closed;
    },
  };
}
