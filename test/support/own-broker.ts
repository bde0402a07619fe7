import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { quietPort } from './quiet-port.js';

const root = join(__dirname, '..', '..');
const script = join(root, 'scripts', 'pulsar.mjs');
const run = promisify(execFile);

/** A broker that belongs to one test alone, so that it may be restarted. */
export interface OwnBroker {
  /** Settings of a service that uses it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Stops it and starts it again with its data. */
  restart(): Promise<void>;
  /** Freezes it: it takes connections and answers nothing. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Starts it again with its data if it has ended by itself, as whatever supervises a broker does. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** The package of examples beside which `scripts/pulsar.mjs` has put its distribution; undefined if it has fetched none. */
export function fetchedPulsar(): string | undefined {
  const { stdout } = spawnSync(process.execPath, [script, 'env'], { encoding: 'utf8' });
  const jar = /PULSAR_EXAMPLES_JAR='([^']+)'/.exec(stdout)?.[1];
  return jar !== undefined && existsSync(jar) && existsSync(join(dirname(jar), 'dist')) ? jar : undefined;
}

/** What a broker of one's own is to have beside its ports. */
export interface BrokerWishes {
  /** Further lines of its configuration. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A superuser's token, where it asks for one. */
  readonly token?: string;
  /** Whether it runs functions. @defaultValue true */
  readonly functions?: boolean;
}

/** Starts a broker on ports and data of its own, with what was fetched. */
export async function startOwnBroker(fetched: string, wishes: BrokerWishes = {}): Promise<OwnBroker> {
  const cache = mkdtempSync(join(tmpdir(), 'stageline-broker-'));
  const folder = join(cache, basename(dirname(fetched)));
  mkdirSync(folder);
  for (const name of ['dist', basename(fetched)])
    symlinkSync(join(dirname(fetched), name), join(folder, name));
  const web = await quietPort();
  const wished = join(cache, 'wishes.json');
  writeFileSync(wished, JSON.stringify(wishes), { mode: 0o600 });
  const env = {
    ...process.env,
    STAGELINE_TEST_CACHE: cache,
    STAGELINE_TEST_BROKER: wished,
    PULSAR_TEST_PORT: String(await quietPort()),
    PULSAR_TEST_WEB_PORT: String(web),
    PULSAR_TEST_BOOKIE_PORT: String(await quietPort()),
  };
  const command = async (name: string, ...flags: string[]): Promise<void> => {
    await run(process.execPath, [script, name, 'test', ...flags], { env });
  };
  await command('start');
  return {
    settings: {
      STAGELINE_PULSAR_WS_URL: `ws://127.0.0.1:${web}`,
      STAGELINE_PULSAR_ADMIN_URL: `http://127.0.0.1:${web}`,
    },
    restart: () => command('restart'),
    pause: () => command('pause'),
    resume: () => command('resume'),
    revive: () => command('start', '--keep'),
    async stop() {
      await command('stop');
      rmSync(cache, { recursive: true, force: true });
    },
  };
}
