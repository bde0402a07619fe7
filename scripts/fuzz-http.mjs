// Sends what Schemathesis makes of the OpenAPI document to a service of its own, on embedded engines and with authentication
// on: no answer may be an error inside, and each has to be one that the document tells of. Needs Python 3.10 with venv;
// Schemathesis is installed into the cache folder, in the version below. Part of `npm run test:fuzz`.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError, cacheFolder, runMain, say } from './lib/cli.mjs';

const SCHEMATHESIS = '4.32.5';
const USAGE = 'usage: node scripts/fuzz-http.mjs [--minutes=5]';
const root = join(import.meta.dirname, '..');
const READY_MS = 60_000;
/** What the process may hold at the end, of what it held when it was ready. */
const MAX_GROWTH_MB = 400;

/** Answers that are no errors of ours although they begin with 5, and streams that do not end. */
const SETTINGS = `
[[operations]]
include-path = "/readyz"
checks.not_a_server_error.enabled = false

[[operations]]
include-path-regex = "^/v1/documents"
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "504"]

[[operations]]
include-path-regex = "/(events|journal|dead-letters)$"
enabled = false

[[operations]]
include-path-regex = "^/v2/"
enabled = false
`;

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
  const [secretFile, settings] = [join(dir, 'hs256.key'), join(dir, 'schemathesis.toml')];
  writeFileSync(secretFile, secret, { mode: 0o600 });
  writeFileSync(settings, SETTINGS);
  const port = 20_000 + (process.pid % 20_000);
  const url = `http://127.0.0.1:${port}`;
  const service = spawn(process.execPath, [join(root, 'dist', 'main.js')], {
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
  const checks =
    'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';
  const args = ['--config-file', settings, 'run', `${url}/v1/openapi.json`, '--url', url, '--checks', checks];
  args.push('--header', `Authorization: Bearer ${token(secret)}`, '--max-time', String(minutes * 60));
  args.push('--request-timeout', '30', '--continue-on-failure', '--warnings', 'off');
  const code = await new Promise((resolve) =>
    spawn(program, args, { stdio: 'inherit' }).once('exit', resolve),
  );
  if (service.exitCode !== null) {
    say(`the service has ended with ${service.exitCode}`);
    return 1;
  }
  const after = memory(service.pid);
  if (before !== undefined && after !== undefined) {
    say(`memory: ${before.toFixed(0)} MB at the start, ${after.toFixed(0)} MB at the end`);
    if (after - before > MAX_GROWTH_MB) return 1;
  }
  return code ?? 1;
});
