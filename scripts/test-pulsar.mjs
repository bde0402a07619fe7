// `npm run test:pulsar`: the contract suites and the end-to-end test over real servers. Uses the brokers that the
// environment names (PULSAR_TEST_URL, …), else starts two by scripts/pulsar.mjs and stops them afterwards.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
const script = (name, ...args) => run(process.execPath, [join('scripts', name), ...args]);

/** The variables that `<script> env` prints as `export NAME=value`. */
function variables(name) {
  const { stdout } = spawnSync(process.execPath, [join('scripts', name), 'env'], {
    cwd: root,
    encoding: 'utf8',
  });
  return Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, key, value]) => [key, value]),
  );
}

const started = [];
let env = { ...process.env };
if (!env.PULSAR_TEST_WS_URL) {
  if (script('pulsar.mjs', 'start').status !== 0) process.exit(1);
  started.push('pulsar.mjs');
  env = { ...variables('pulsar.mjs'), ...env };
}
if (!env.COUCHDB_TEST_URL && !env.COUCHDB_URL) {
  if (script('couchdb.mjs', 'start').status !== 0) process.exit(1);
  started.push('couchdb.mjs');
  env = { ...variables('couchdb.mjs'), ...env };
}
const build = run('npm', ['run', '--silent', 'build']);
const jest =
  build.status === 0
    ? run('npx', ['jest', '--runInBand', '--selectProjects', 'contract', 'e2e', ...process.argv.slice(2)], {
        env,
      })
    : build;
for (const name of started) script(name, 'stop');
process.exit(jest.status ?? 1);
