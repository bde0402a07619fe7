// A server that speaks CouchDB's protocol, for tests where there is no CouchDB. See README.md beside this file.
import * as couchdb from './lib/couchdb-server.mjs';
import { parseArguments, printEnv, runMain, say } from './lib/cli.mjs';
import { residentMiB } from './lib/process.mjs';

const USAGE = `usage: node scripts/couchdb.mjs <command>

  install          npm ci in test/couchdb-server, if it is missing or stale
  start [--fresh]  install if needed, start, and wait until it answers; --fresh restarts it, which empties it
  stop             stop; what it held is gone
  status           whether it runs; exit code 3 if not
  env              the variable for the tests: eval "$(node scripts/couchdb.mjs env)"`;

const commands = {
  install: () => couchdb.withCouchdbLock(couchdb.installCouchdb),
  start: (flags) =>
    couchdb.withCouchdbLock(async () => {
      if (flags.has('fresh')) await couchdb.stopCouchdb();
      await couchdb.startCouchdb();
    }),
  stop: () => couchdb.withCouchdbLock(couchdb.stopCouchdb),
  status() {
    const { pid, url, logFile } = couchdb.describeCouchdb();
    const details = pid
      ? `running, process ${pid}, ${residentMiB(pid) ?? '?'} MiB, ${url}, log ${logFile}`
      : 'stopped';
    process.stdout.write(`couchdb protocol server: ${details}\n`);
    return pid ? 0 : 3;
  },
  env: () => printEnv(couchdb.couchdbEnv()),
};

await runMain(async (args) => {
  const { words, flags } = parseArguments(args, ['fresh', 'help']);
  if (words.length !== 1 || flags.has('help') || !Object.hasOwn(commands, words[0])) {
    say(USAGE);
    return flags.has('help') ? 0 : 2;
  }
  return commands[words[0]](flags);
});
