// Two real Pulsar brokers for tests, without Docker. See README.md beside this file.
import { join } from 'node:path';
import { UserError, parseArguments, printEnv, runMain, say } from './lib/cli.mjs';
import { withLock } from './lib/lock.mjs';
import { residentMiB } from './lib/process.mjs';
import * as brokers from './lib/pulsar-brokers.mjs';
import { fetchPulsar, pulsarFolder } from './lib/pulsar-files.mjs';

const USAGE = `usage: node scripts/pulsar.mjs <command> [test|prod …]

  start [--keep] [--fresh]  start what does not run and wait until functions can be deployed; a start begins with
                            empty data unless --keep; --fresh also restarts what runs, with empty data
  stop                      stop, with all that was started
  restart                   stop and start with the data kept
  status                    what runs; exit code 3 unless everything named is ready
  env                       variables for the tests: eval "$(node scripts/pulsar.mjs env)"
  pause, resume             freeze a broker and let it go on
  fetch                     only fetch and unpack

Without names a command is for both brokers.`;

const commands = {
  async start(names, flags) {
    if (flags.has('keep') && flags.has('fresh')) throw new UserError('--keep and --fresh exclude each other');
    await fetchPulsar();
    await each(names, async (name) => {
      if (flags.has('fresh')) await brokers.stopBroker(name);
      await brokers.startBroker(name, { keepData: flags.has('keep') });
    });
  },
  stop: (names) => each(names, brokers.stopBroker),
  async restart(names) {
    await fetchPulsar();
    await each(names, async (name) => {
      await brokers.stopBroker(name);
      await brokers.startBroker(name, { keepData: true });
    });
  },
  pause: (names) => each(names, async (name) => brokers.signalBroker(name, 'SIGSTOP')),
  resume: (names) => each(names, async (name) => brokers.signalBroker(name, 'SIGCONT')),
  fetch: () => fetchPulsar(),
  env: () => printEnv(brokers.pulsarEnv()),
  status,
};

/** Does the work for every broker at once, and tells of each failure. */
async function each(names, work) {
  await withLock(join(pulsarFolder(), 'run.lock'), async () => {
    const results = await Promise.allSettled(names.map((name) => work(name)));
    const failed = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
    const bug = failed.find((error) => !(error instanceof UserError));
    if (bug) throw bug;
    if (failed.length > 0) throw new UserError(failed.map(({ message }) => message).join('\nerror: '));
  });
}

async function status(names) {
  let code = 0;
  for (const name of names) {
    const broker = brokers.describeBroker(name);
    const missing = broker.pid && !broker.paused ? await brokers.missingSteps(broker) : [];
    const state = !broker.pid
      ? 'stopped'
      : broker.paused
        ? 'paused'
        : missing.length > 0
          ? `not ready: ${missing.join(', ')}`
          : 'ready';
    if (state !== 'ready') code = 3;
    const details = broker.pid
      ? `, process ${broker.pid}, ${residentMiB(broker.pid) ?? '?'} MiB, ports ${Object.values(broker.ports).join(' ')}, log ${broker.logFile}`
      : '';
    process.stdout.write(`${name}: ${state}${details}\n`);
  }
  return code;
}

await runMain(async (args) => {
  const { words, flags } = parseArguments(args, ['keep', 'fresh', 'help']);
  const [name, ...names] = words;
  if (!name || flags.has('help') || !Object.hasOwn(commands, name)) {
    say(USAGE);
    return flags.has('help') ? 0 : 2;
  }
  const unknown = names.filter((word) => !brokers.BROKERS.includes(word));
  if (unknown.length > 0)
    throw new UserError(`no broker "${unknown[0]}"; there are: ${brokers.BROKERS.join(', ')}`);
  return commands[name](names.length > 0 ? names : brokers.BROKERS, flags);
});
