// Pulsar Beam itself, for the test that posts commands through it. See README.md beside this file.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError, cacheFolder, parseArguments, printEnv, runMain, say } from './lib/cli.mjs';
import { withLock } from './lib/lock.mjs';
import { run, versionLine } from './lib/process.mjs';

const MODULE = 'github.com/kafkaesque-io/pulsar-beam';
/** Its last commit; it was never released under a number. */
const COMMIT = '1a2f11041e1ec44d693d77a66fbe16ee494a7549';
const FETCH_MS = 120_000;
const USAGE = `usage: node scripts/pulsar-beam.mjs <command>

  build   fetch Pulsar Beam (Apache-2.0) as a Go module and build it, once; needs Go.
          PULSAR_BEAM_SOURCE names a folder that holds its source, where the module cannot be had
  env     where it is, if it was built: eval "$(node scripts/pulsar-beam.mjs env)"`;

const folder = cacheFolder(`pulsar-beam-${COMMIT.slice(0, 7)}`);
const program = join(folder, 'pulsar-beam');

async function build() {
  if (existsSync(program)) return;
  if (versionLine('go', ['version']) === undefined)
    throw new UserError(
      "go can't be run; Pulsar Beam is built with it (Debian, Ubuntu: apt install golang-go)",
    );
  await withLock(join(folder, 'build.lock'), async () => {
    if (existsSync(program)) return;
    const work = join(folder, `tmp-${process.pid}`);
    try {
      // A copy: Go keeps modules where nothing may be written, and the sums of this one may have to be completed.
      cpSync(source(), join(work, 'source'), { recursive: true });
      await run('chmod', ['-R', 'u+w', join(work, 'source')]);
      say('building Pulsar Beam …');
      const args = ['build', '-mod=mod', '-buildvcs=false', '-o', join(work, 'program'), './src'];
      await run('go', args, { cwd: join(work, 'source') });
      renameSync(join(work, 'program'), program);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** The folder of its source. */
function source() {
  const given = process.env.PULSAR_BEAM_SOURCE;
  if (given) {
    if (existsSync(join(given, 'src', 'main.go'))) return resolve(given);
    throw new UserError(`PULSAR_BEAM_SOURCE: ${given} holds no src/main.go`);
  }
  say(`fetching ${MODULE}@${COMMIT.slice(0, 7)} …`);
  const { stdout, error } = spawnSync('go', ['mod', 'download', '-json', `${MODULE}@${COMMIT}`], {
    cwd: folder,
    encoding: 'utf8',
    timeout: FETCH_MS,
  });
  const { Dir: fetched, Error: refused } = stdout ? JSON.parse(stdout) : { Error: error?.message };
  if (fetched) return fetched;
  throw new UserError(
    `${MODULE} can't be had as a Go module here; PULSAR_BEAM_SOURCE may name a folder with its source.\n${refused}`,
  );
}

await runMain(async (args) => {
  const { words, flags } = parseArguments(args, ['help']);
  const [command, ...more] = words;
  if (flags.has('help') || more.length > 0 || !['build', 'env'].includes(command)) {
    say(USAGE);
    return flags.has('help') ? 0 : 2;
  }
  if (command === 'build') await build();
  else if (existsSync(program)) printEnv({ PULSAR_BEAM_PROGRAM: program });
  return 0;
});
