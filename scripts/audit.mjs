// Asks whether a package that a running service is made of has a known vulnerability: `npm audit` where the registry
// answers it, and a snapshot of OSV (`--osv=<folder of its JSON files>`, https://osv.dev) where one is at hand. Ends with 1
// for one that is high or critical. Where nothing could be asked it says so, and ends with 0: not knowing is no finding.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { UserError, runMain, say } from './lib/cli.mjs';

const USAGE = 'usage: npm run audit [-- --osv=<folder>]';
const root = join(import.meta.dirname, '..');
const SERIOUS = ['high', 'critical'];

/** Packages that run, by name: their versions. */
function installed() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const versions = new Map();
  for (const [path, { version, dev, devOptional }] of Object.entries(packages)) {
    if (path === '' || dev === true || devOptional === true) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 13);
    versions.set(name, [...(versions.get(name) ?? []), version]);
  }
  return versions;
}

/** Findings of npm; undefined where its endpoint does not answer. */
function askNpm() {
  let text;
  try {
    text = execFileSync('npm', ['audit', '--omit=dev', '--json'], {
      cwd: root,
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
  } catch (error) {
    text = error.stdout ?? '';
  }
  try {
    const { vulnerabilities } = JSON.parse(text);
    if (vulnerabilities === undefined) return undefined;
    return Object.values(vulnerabilities).map(({ name, severity, via }) => ({
      name,
      severity,
      what: via.map((one) => (typeof one === 'string' ? one : `${one.title} ${one.url}`)).join('; '),
    }));
  } catch {
    return undefined;
  }
}

/** True if an OSV record is about this version. */
function concerns({ versions = [], ranges = [] }, version) {
  if (versions.includes(version)) return true;
  return ranges
    .filter(({ type }) => type === 'SEMVER')
    .some(({ events }) => {
      let affected = false;
      for (const { introduced, fixed, last_affected: last } of events) {
        if (introduced !== undefined && (introduced === '0' || semver.gte(version, introduced)))
          affected = true;
        if (fixed !== undefined && semver.gte(version, fixed)) affected = false;
        if (last !== undefined && semver.gt(version, last)) affected = false;
      }
      return affected;
    });
}

function askSnapshot(folder) {
  const known = installed();
  const found = [];
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json'));
  if (files.length === 0) throw new UserError(`${folder} holds no JSON file`);
  for (const file of files) {
    const record = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (record.withdrawn !== undefined) continue;
    for (const affected of record.affected ?? []) {
      if (affected.package?.ecosystem !== 'npm') continue;
      for (const version of known.get(affected.package.name) ?? []) {
        if (!concerns(affected, version)) continue;
        const severity = (record.database_specific?.severity ?? 'unknown').toLowerCase();
        found.push({
          name: `${affected.package.name} ${version}`,
          severity,
          what: `${record.summary ?? ''} ${record.id}`,
        });
      }
    }
  }
  return found;
}

runMain(async (args) => {
  const [option, ...more] = args;
  const osv = /^--osv=(.+)$/.exec(option ?? '')?.[1];
  if (more.length > 0 || (option !== undefined && osv === undefined)) throw new UserError(USAGE);
  const npm = askNpm();
  if (npm === undefined) say('npm audit: the registry does not answer it; nothing is known from there');
  const snapshot = osv === undefined ? [] : askSnapshot(osv);
  if (osv !== undefined) say(`OSV: ${osv} was compared`);
  const found = [...(npm ?? []), ...snapshot];
  for (const { name, severity, what } of found) say(`${severity}: ${name}: ${what}`);
  if (npm !== undefined || osv !== undefined) say(`${found.length} known vulnerabilities in what runs`);
  return found.some(({ severity }) => SERIOUS.includes(severity)) ? 1 : 0;
});
