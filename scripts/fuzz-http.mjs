// Sends what Schemathesis makes of the OpenAPI document to a service of its own, on embedded engines and with authentication
// on: no answer may be an error inside, and each has to be one that the document tells of. Needs Python 3.10 with venv;
// Schemathesis is installed into the cache folder, in the version below. Part of `npm run test:fuzz`.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError, cacheFolder, runMain, say } from './lib/cli.mjs';

const SCHEMATHESIS = '4.32.5';
const USAGE = 'usage: node scripts/fuzz-http.mjs [--minutes=5]';
const root = join(import.meta.dirname, '..');
const guard = pathToFileURL(join(root, 'scripts', 'lib', 'loopback-only.mjs')).href;
const READY_MS = 60_000;
/** Somewhat more than the longest wait that may be asked for. */
const WAIT_SECONDS = 75;
/** Of the time, how much is added for requests without a token. */
const STRANGERS = 0.2;
/** What the process may hold at the end, of what it held when it was ready. */
const MAX_GROWTH_MB = 400;

/** Statuses that begin with 5 and are no faults: nothing else that does is one of the document's promises here. */
const EXPECTED = [
  // The part that is looked at is not ready.
  { path: '/readyz', status: 503 },
  // A state that was waited for did not come in time.
  { path: '/v1/documents', status: 504 },
  { path: '/v1/documents/{id}', status: 504 },
];
/** Streams do not end. */
const STREAMS = ['/v1/events', '/v2/sse/{persistent}/{tenant}/{namespace}/{topic}'];
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'ignored_auth',
];

/** What Schemathesis is told of operations. */
function settings() {
  const entries = [
    ...EXPECTED.map(
      ({ path, status }) =>
        `include-path = "${path}"\nchecks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "${status}"]`,
    ),
    ...STREAMS.map((path) => `include-path = "${path}"\nenabled = false`),
  ];
  return entries.map((entry) => `[[operations]]\n${entry}\n`).join('\n');
}

/** The program, installed once. */
function schemathesis() {
  const folder = cacheFolder(`schemathesis-${SCHEMATHESIS}`);
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  say(`installing Schemathesis ${SCHEMATHESIS} …`);
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    const pip = ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${SCHEMATHESIS}`];
    execFileSync(join(folder, 'bin', 'pip'), pip, { stdio: 'inherit', timeout: 300_000 });
  } catch (error) {
    throw new UserError(
      `Schemathesis cannot be installed (Python 3.10 or later with venv is needed): ${error.message}`,
    );
  }
  return program;
}

/** A token for everything, as an identity provider makes one. */
function token(secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 7_200;
  const roles = ['admin', 'overrider'];
  const text = `${part({ alg: 'HS256' })}.${part({ sub: 'fuzz', roles, projects: '*', exp })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

async function ready(url) {
  for (const end = Date.now() + READY_MS; Date.now() < end;) {
    if (
      await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the service is not ready within ${READY_MS / 1_000} s`);
}

/** Resident memory of a process in MB, where the system tells it. */
function memory(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
  } catch {
    return undefined;
  }
}

runMain(async ([option, ...more]) => {
  const minutes = option === undefined ? 5 : Number(/^--minutes=(\d+)$/.exec(option)?.[1]);
  if (!(minutes > 0) || more.length > 0) throw new UserError(USAGE);
  const program = schemathesis();
  const dir = mkdtempSync(join(tmpdir(), 'stageline-fuzz-'));
  const secret = randomBytes(48);
  const [secretFile, settingsFile] = [join(dir, 'hs256.key'), join(dir, 'schemathesis.toml')];
  writeFileSync(secretFile, secret, { mode: 0o600 });
  writeFileSync(settingsFile, settings());
  const port = 20_000 + (process.pid % 20_000);
  const url = `http://127.0.0.1:${port}`;
  const service = spawn(process.execPath, ['--import', guard, join(root, 'dist', 'main.js')], {
    cwd: dir,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      STAGELINE_DATA_DIR: join(dir, 'data'),
      STAGELINE_HTTP_PORT: String(port),
      STAGELINE_LOG_LEVEL: 'silent',
      STAGELINE_AUTH_HS256_SECRET_FILE: secretFile,
      STAGELINE_HTTP_REQUESTS_PER_MINUTE: '0',
    },
  });
  process.once('exit', () => service.kill('SIGKILL'));
  await ready(url);
  const before = memory(service.pid);
  const send = (seconds, ...more) => {
    const args = ['--config-file', settingsFile, 'run', `${url}/v1/openapi.json`, '--url', url];
    args.push(
      '--checks',
      CHECKS.join(),
      '--max-time',
      String(seconds),
      '--request-timeout',
      String(WAIT_SECONDS),
    );
    args.push('--continue-on-failure', '--warnings', 'off', '--generation-database', 'none', ...more);
    return new Promise((resolve) =>
      spawn(program, args, { cwd: dir, stdio: 'inherit' }).once('exit', (code) => resolve(code ?? 1)),
    );
  };
  say('as somebody who may do everything');
  const known = await send(minutes * 60, '--header', `Authorization: Bearer ${token(secret)}`);
  say('as nobody');
  const unknown = await send(Math.ceil(minutes * 60 * STRANGERS));
  if (service.exitCode !== null) {
    say(`the service has ended with ${service.exitCode}`);
    return 1;
  }
  const after = memory(service.pid);
  service.kill('SIGKILL');
  if (before !== undefined && after !== undefined) {
    say(`memory: ${before.toFixed(0)} MB at the start, ${after.toFixed(0)} MB at the end`);
    if (after - before > MAX_GROWTH_MB) return 1;
  }
  return known || unknown;
});
