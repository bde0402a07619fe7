import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { cache } from './scratch.mjs';

/** Debian's server refuses to run as root. */
const USER = 'postgres';

function binaries() {
  const given = process.env.BENCH_POSTGRES_BIN;
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(given === undefined ? [] : [given]),
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  const found = folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
  return found;
}

/** Why PostgreSQL cannot be measured here; undefined if it can. */
export function missingPostgres() {
  if (binaries() !== undefined) return undefined;
  return 'no PostgreSQL: apt-get install postgresql, or name its folder of programs in BENCH_POSTGRES_BIN';
}

function idOf(flag) {
  const { status, stdout } = spawnSync('id', [flag, USER], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`as root PostgreSQL needs the user ${USER}, which is not here`);
  return Number(stdout);
}

/** Starts a PostgreSQL of its own on a fresh cluster: every commit is on disk before it is answered. */
export async function startPostgres() {
  const bin = binaries();
  const root = process.getuid() === 0;
  const who = root ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  // The user of the server can seldom read another's cache.
  const dir = mkdtempSync(join(root ? '/var/tmp' : cache, 'stageline-postgres-'));
  if (root) chownSync(dir, who.uid, who.gid);
  const password = join(dir, 'password');
  writeFileSync(password, 'bench', { mode: 0o644 });
  const data = join(dir, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'bench', '-A', 'scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8', '--locale=C'],
    { ...who, cwd: dir, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: dir,
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    max_connections: 200,
  };
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...who, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (text) => (log += text));
  const ended = once(child, 'close');
  for (const end = Date.now() + 30_000; !log.includes('ready to accept connections');) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`PostgreSQL does not start: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const [, version = '?'] = /PostgreSQL (\S+)/.exec(log) ?? [];
  return {
    url: `postgresql://bench:bench@127.0.0.1:${port}/postgres`,
    version,
    close: async () => {
      // Waits for its clients, who are on their way out; a second signal would not.
      child.kill('SIGTERM');
      const hurry = setTimeout(() => child.kill('SIGINT'), 5_000);
      await ended;
      clearTimeout(hurry);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
