// The Pulsar distribution and the examples package: fetched through Maven, kept in the cache folder.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, cacheFolder, say } from './cli.mjs';
import { withLock } from './lock.mjs';
import { run, versionLine } from './process.mjs';

export const PULSAR_VERSION = '4.0.8';
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
const GROUP = 'org.apache.pulsar';
/** A dead connection ends after a minute, not after Maven's half hour (first Maven up to 3.8, then 3.9 and 4). */
const TIMEOUTS = ['-Dmaven.wagon.rto=60000', '-Daether.connector.requestTimeout=60000'];
const ATTEMPTS = 3;

export function pulsarFolder() {
  const folder = cacheFolder(`pulsar-${PULSAR_VERSION}`);
  if (/\s/.test(folder)) {
    throw new UserError(
      `Pulsar can't run from a path with spaces (${folder}); set STAGELINE_TEST_CACHE to another one`,
    );
  }
  return folder;
}

export function examplesJar() {
  return join(pulsarFolder(), `pulsar-functions-api-examples-${PULSAR_VERSION}.jar`);
}

export function distributionFolder() {
  return join(pulsarFolder(), 'dist');
}

/** Fetches what is missing. Any number of runs may do this at once; one that was cut off leaves nothing half done. */
export async function fetchPulsar() {
  requireJava();
  if (isComplete()) return;
  const folder = pulsarFolder();
  await withLock(join(folder, 'fetch.lock'), async () => {
    if (isComplete()) return;
    requireMaven();
    removeLeftovers(folder);
    const work = join(folder, `tmp-${process.pid}`);
    mkdirSync(work);
    try {
      if (!existsSync(examplesJar())) {
        const jar = await fetchArtifact(
          `pulsar-functions-api-examples:${PULSAR_VERSION}:jar`,
          work,
          'examples package',
        );
        renameSync(jar, examplesJar());
      }
      if (!existsSync(distributionFolder())) await fetchDistribution(work);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

function isComplete() {
  return existsSync(examplesJar()) && existsSync(distributionFolder());
}

/** What runs that were killed left behind: we hold the lock, so it is nobody's. */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('tmp-')) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

async function fetchDistribution(work) {
  const coordinates = `pulsar-server-distribution:${PULSAR_VERSION}:tar.gz:bin`;
  const unpacked = join(work, 'dist');
  const unpack = async (archive) => {
    say('unpacking …');
    rmSync(unpacked, { recursive: true, force: true });
    mkdirSync(unpacked);
    await run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1']);
  };
  const archive = await fetchArtifact(coordinates, work, 'server distribution, 245 MB');
  try {
    await unpack(archive);
  } catch (error) {
    // A damaged copy in Maven's own repository would come back for ever: go round that one.
    say(`the archive can't be unpacked (${error.message.split('\n')[1] ?? error.message}); fetching it anew`);
    const aside = join(work, 'repository');
    await unpack(
      await fetchArtifact(coordinates, work, 'server distribution, 245 MB', [`-Dmaven.repo.local=${aside}`]),
    );
  }
  if (!existsSync(join(unpacked, 'bin', 'pulsar')))
    throw new UserError('the distribution holds no bin/pulsar');
  renameSync(unpacked, distributionFolder());
}

/** Copies one artifact into a folder and gives its path. Maven goes on where a cut download ended. */
async function fetchArtifact(coordinates, folder, what, options = []) {
  say(`fetching ${GROUP}:${coordinates} (${what}) through Maven …`);
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  const ticker = setInterval(() => say(`  still fetching, ${seconds()} s`), 10_000).unref();
  const into = join(folder, 'artifact');
  const args = ['-B', '-q', '-C', '-U', ...TIMEOUTS, ...options, COPY_GOAL];
  args.push(`-Dartifact=${GROUP}:${coordinates}`, `-DoutputDirectory=${into}`, '-Dtransitive=false');
  try {
    for (let attempt = 1; ; attempt++) {
      rmSync(into, { recursive: true, force: true });
      try {
        await run('mvn', args, { cwd: folder });
        break;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        say(`  attempt ${attempt} of ${ATTEMPTS} failed; once more`);
      }
    }
  } finally {
    clearInterval(ticker);
  }
  say(`  fetched in ${seconds()} s`);
  return join(into, readdirSync(into)[0]);
}

function requireJava() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const line = versionLine(java, ['-version']);
  const install =
    'Pulsar needs Java 17 or later (Debian, Ubuntu: apt install openjdk-17-jre-headless; macOS: brew install openjdk@21)';
  if (line === undefined) throw new UserError(`${java} can't be run. ${install}`);
  const major = Number(/"(\d+)/.exec(line)?.[1]);
  if (major < 17) throw new UserError(`${java} is too old (${line.trim()}). ${install}`);
}

function requireMaven() {
  if (versionLine('mvn', ['--version']) === undefined) {
    throw new UserError(
      "mvn can't be run. Pulsar's distribution is fetched through Maven (Debian, Ubuntu: apt install maven; macOS: brew install maven)",
    );
  }
}
