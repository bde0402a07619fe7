// What the scripts here share on the outside: messages, options, and how they end.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { mkdirSync, realpathSync } from 'node:fs';

/** A failure the user can do something about: shown as its message alone, without a stack. */
export class UserError extends Error {}

/** Progress goes to stderr, so that `eval "$(… env)"` reads nothing but what was asked for. */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/**
 * The folder that holds what is fetched and what runs: outside the repository, so that `git clean` costs no download.
 * The real path, because a server's command line shows that one.
 */
export function cacheFolder(...names) {
  const base = process.env.STAGELINE_TEST_CACHE
    ? resolve(process.env.STAGELINE_TEST_CACHE)
    : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stageline');
  const folder = join(base, ...names);
  mkdirSync(folder, { recursive: true });
  return realpathSync(folder);
}

/** A port from the environment, or the default. */
export function portFromEnv(name, fallback) {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new UserError(`${name} must be a port (1 to 65535), not "${text}"`);
  }
  return port;
}

/** Splits arguments into words and `--flags`, and refuses flags that nobody asked for. */
export function parseArguments(args, knownFlags) {
  const words = args.filter((arg) => !arg.startsWith('--'));
  const flags = new Set(args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2)));
  for (const flag of flags) {
    if (!knownFlags.includes(flag)) throw new UserError(`unknown option --${flag}`);
  }
  return { words, flags };
}

/** Prints variables the way a shell can `eval` them. */
export function printEnv(variables) {
  for (const [name, value] of Object.entries(variables)) {
    process.stdout.write(`export ${name}='${String(value).replaceAll("'", "'\\''")}'\n`);
  }
}

/** Runs a script's main function. Signals become exits, so that locks and children are cleaned up by exit handlers. */
export async function runMain(main) {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    say(error instanceof UserError ? `error: ${error.message}` : error.stack);
    process.exitCode = 1;
  }
}
