// `npm run test:pulsar`: the contract suites and the end-to-end test over real servers. Takes the servers that the
// environment names (PULSAR_TEST_URL, …); else containers where Docker answers; else brokers by scripts/pulsar.mjs and the
// CouchDB protocol by scripts/couchdb.mjs. What it started it stops again.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { dockerAnswers, startContainers } from './lib/containers.mjs';

const root = join(import.meta.dirname, '..');
const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options }).status ?? 1;
const script = (name, ...args) => run(process.execPath, [join('scripts', name), ...args]);

/** The variables that `<script> env` prints as `export NAME=value`. */
function variablesOf(name) {
  const { stdout } = spawnSync(process.execPath, [join('scripts', name), 'env'], {
    cwd: root,
    encoding: 'utf8',
  });
  return Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, key, value]) => [key, value]),
  );
}

/** Starts what the environment does not name. */
async function servers() {
  if (process.env.PULSAR_TEST_WS_URL) return { variables: {}, stop: () => undefined };
  if (dockerAnswers()) return startContainers();
  const started = [];
  const variables = {};
  for (const name of ['pulsar.mjs', ...(process.env.COUCHDB_URL ? [] : ['couchdb.mjs'])]) {
    if (script(name, 'start') !== 0) process.exit(1);
    started.push(name);
    Object.assign(variables, variablesOf(name));
  }
  return { variables, stop: () => started.forEach((name) => script(name, 'stop')) };
}

const { variables, stop } = await servers();
let status = run('npm', ['run', '--silent', 'build']);
if (status === 0) {
  const real = ['--testPathPatterns', 'test/(contract|e2e)/', 'integration/(deployer|import-drift)'];
  const jest = [
    'jest',
    '--runInBand',
    '--selectProjects',
    'contract',
    'integration',
    'e2e',
    ...(process.argv.length > 2 ? process.argv.slice(2) : real),
  ];
  status = run('npx', jest, { env: { ...variablesOf('pulsar-beam.mjs'), ...process.env, ...variables } });
}
await stop();
process.exit(status);
