import type { Context, ServiceModule } from '../../../src/cli/context.js';
import { runCli } from '../../../src/cli/main.js';
import type { FakeService } from './fake-service.js';

/** What a run of the command line left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was written to standard output as bytes. */
  readonly bytes: Buffer;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly service?: Partial<ServiceModule>;
  readonly signal?: AbortSignal;
  /** Standard error is a terminal: told what is shown there in one line. */
  readonly onShow?: (text: string) => void;
  /** Told when bytes were written to standard output. */
  readonly onWrite?: () => void;
  /** Told every line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** Runs the command line in this process. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const written: Buffer[] = [];
  const context: Context = {
    sources: { env: options.env ?? {}, cwd: options.cwd ?? '/' },
    out: (line) => {
      out.push(line);
      options.onLine?.(line);
    },
    err: (line) => err.push(line),
    ...(options.onShow === undefined ? {} : { show: options.onShow }),
    write: async (bytes) => {
      written.push(Buffer.from(bytes));
      options.onWrite?.();
    },
    stdin: async () => options.stdin ?? '',
    loadService: async () => options.service as ServiceModule,
    stop: () => options.signal ?? new AbortController().signal,
  };
  const code = await runCli(args, context);
  return { code, out: out.join('\n'), err: err.join('\n'), bytes: Buffer.concat(written) };
}

/** Runs it against a service. */
export function runAt(service: FakeService, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(args, { ...options, env: { STAGELINE_URL: service.url, ...options.env } });
}
