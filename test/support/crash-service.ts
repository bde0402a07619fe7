import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { dataDir, freePort } from './stageline-process.js';

const root = join(__dirname, '..', '..');

/** A service that is killed and started again, always at the same address and on the same data. */
export interface CrashService {
  readonly url: string;
  readonly dataDir: string;
  /** Everything that it is started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** The process of today. */
  child(): ChildProcess;
  /** What all its processes have logged. */
  log(): string;
  /** Starts it and does not wait: it may be killed before it is ready. `more` is in the environment of this start alone. */
  start(more?: Readonly<Record<string, string>>): void;
  /** Waits until it says that it is ready; resolves with the time since its start. */
  ready(withinMs?: number): Promise<number>;
  /** Resolves when the process of today has ended: with the signal that ended it, or its exit code. */
  gone(): Promise<NodeJS.Signals | number>;
  /** Ends it, by SIGKILL unless told otherwise; resolves with its exit code, -1 after a kill. */
  end(signal?: NodeJS.Signals): Promise<number>;
}

export interface CrashServiceOptions {
  /** What Node is to run. @defaultValue the service as it is built */
  readonly entry?: readonly string[];
}

/** Makes a service that is meant to be killed; it is not started yet. */
export async function createCrashService(
  env: Readonly<Record<string, string>> = {},
  { entry = [join(root, 'dist', 'main.js')] }: CrashServiceOptions = {},
): Promise<CrashService> {
  const dir = env['STAGELINE_DATA_DIR'] ?? dataDir();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('STAGELINE_'));
  const settings = { ...env, STAGELINE_DATA_DIR: dir, STAGELINE_HTTP_PORT: String(port) };
  let output = '';
  let started = 0;
  let child: ChildProcess | undefined;
  let gone: Promise<NodeJS.Signals | number> = Promise.resolve(-1);

  const running = (): ChildProcess => {
    if (child === undefined) throw new Error('the service was not started');
    return child;
  };

  return {
    url,
    dataDir: dir,
    settings,
    child: running,
    log: () => output,
    start(more = {}) {
      started = Date.now();
      const next = spawn(process.execPath, entry, {
        cwd: root,
        env: { ...Object.fromEntries(inherited), ...settings, ...more },
      });
      for (const stream of [next.stdout, next.stderr])
        stream.on('data', (data: Buffer) => (output += data.toString()));
      gone = new Promise((resolve) => next.on('close', (code, signal) => resolve(signal ?? code ?? -1)));
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
    gone: () => gone,
    async end(signal = 'SIGKILL') {
      running().kill(signal);
      const how = await gone;
      return typeof how === 'number' ? how : -1;
    },
  };
}
