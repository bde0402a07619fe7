import { processSources, type Config } from '../config.js';
import { promptHidden } from './hidden-prompt.js';
import type { Sources } from '../config/sources.js';
import type { ProvisionOptions, ProvisionStep } from '../ports/topic-admin.js';

/** What the composition root offers to the command line; loaded only by the commands that need it. */
export interface ServiceModule {
  /** Runs the service until a signal ends it; resolves with the exit code. */
  readonly runUntilSignal: (config: Config) => Promise<number>;
  readonly initTopics: (config: Config, options?: ProvisionOptions) => Promise<ProvisionStep[]>;
}

/** Everything outside that a command touches, so that tests can stand in for it. */
export interface Context {
  readonly sources: Sources;
  /** A line to standard output: results. */
  readonly out: (line: string) => void;
  /** A line to standard error: progress and faults. */
  readonly err: (line: string) => void;
  /** Shows progress in one line of standard error, over the one before; absent where that is no terminal. */
  readonly show?: (text: string) => void;
  /** Bytes to standard output; resolves when there is room for more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly stdin: () => Promise<string>;
  /** Asks for a line that is not shown; absent where standard input is no terminal. */
  readonly prompt?: (question: string) => Promise<string>;
  readonly loadService: () => Promise<ServiceModule>;
  /** Aborted when the user or the system asks the process to end. */
  readonly stop: () => AbortSignal;
}

/** The real process. */
export function processContext(): Context {
  // Somebody who has seen enough (`stageline watch | head`) closes the pipe; that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    sources: processSources(),
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    ...(process.stderr.isTTY ? { show: (text) => process.stderr.write(`\r\u001b[K${text}`) } : {}),
    write: writeStdout,
    stdin: readStdin,
    ...(process.stdin.isTTY ? { prompt: promptHidden } : {}),
    loadService: () => import('../main.js'),
    stop: stopOnSignals,
  };
}

function writeStdout(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The first signal asks for an orderly end; the second one ends. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new Error(name));
    });
  }
  return controller.signal;
}
