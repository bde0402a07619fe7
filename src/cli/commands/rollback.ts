import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { formatReleaseRef, functionNames } from '../names.js';
import { release } from '../release.js';
import { openSession, timeoutOption, type ResultFields } from '../session.js';
import { overrideOption, overriding } from './override.js';

interface RollbackOptions {
  readonly to?: Target;
  readonly names?: readonly string[];
  readonly prune?: true;
  readonly allowRecreate?: readonly string[];
  readonly note?: string;
  readonly override?: string;
  readonly dryRun?: true;
  readonly wait?: true;
  readonly timeout?: number;
}

/** A release to return to; its environment where it was given with it. */
interface Target {
  readonly environment?: string;
  readonly release: number;
}

/** `stageline rollback <environment>`: a new release that puts back what an earlier one left. */
export function registerRollback(program: Command, context: Context): void {
  program
    .command('rollback')
    .description('make a new release that puts functions back to what an earlier release left')
    .argument('[environment]', 'where, such as test or prod')
    .option(
      '--to <release>',
      'the release to return to, such as 4 or prod/4 (default: the succeeded one before the newest)',
      releaseNumber,
    )
    .option('--names <names...>', 'only these functions', functionNames)
    .option('--prune', 'delete functions that did not exist then')
    .option('--allow-recreate <names...>', 'these may be deleted and created anew', functionNames)
    .option('--note <text>', 'why, for people who read the log')
    .addOption(overrideOption())
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(new Option('--wait', 'wait until the release is finished').conflicts('dryRun'))
    .addOption(
      timeoutOption(
        'how long to wait for the reply (default: 60s), with --wait for the release (default: 10m)',
      ),
    )
    .action(async (given: string | undefined, options: RollbackOptions, command: Command) => {
      const { to, names, prune, allowRecreate, note } = options;
      const environment = given ?? to?.environment;
      if (environment === undefined) throw usage('name the environment to roll back, such as test');
      if (to?.environment !== undefined && to.environment !== environment) {
        throw usage(`${to.environment}/${to.release} is no release of ${environment}`);
      }
      await release(openSession(command, context), {
        command: 'rollback',
        params: {
          environment,
          ...(to === undefined ? {} : { toRelease: to.release }),
          ...(names === undefined ? {} : { names }),
          ...(prune === undefined ? {} : { prune }),
          ...(allowRecreate === undefined ? {} : { allowRecreate }),
          ...(note === undefined ? {} : { note }),
          ...overriding(options),
        },
        words: (ref, result) =>
          (ref === undefined
            ? `rollback of ${environment} is possible`
            : `release ${formatReleaseRef(ref)} takes ${environment} back${returnedTo(result)}`) +
          changed(result) +
          left(result),
        ...options,
      });
    });
}

function releaseNumber(text: string): Target {
  const [, environment, number] = /^(?:([a-z][a-z0-9-]*)\/)?0*([1-9]\d{0,14})$/.exec(text) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError('A release is a number from 1, or environment/number.');
  }
  return { release: Number(number), ...(environment === undefined ? {} : { environment }) };
}

function returnedTo({ toRelease }: ResultFields): string {
  return typeof toRelease === 'number' ? ` to release ${toRelease}` : '';
}

/** What is put back and what is deleted, by name. */
function changed({ restores, deletes }: ResultFields): string {
  const named = (what: string, names: unknown): string =>
    Array.isArray(names) && names.length > 0 ? `\n${what}: ${(names as string[]).join(', ')}` : '';
  return named('put back', restores) + named('deleted', deletes);
}

/** What stays as it is, such as what did not exist then where --prune was not given. */
function left({ left: names }: ResultFields): string {
  if (!Array.isArray(names)) return '';
  return (names as LeftFunction[]).map(({ name, reason }) => `\nleft: ${name} ${reason}`).join('');
}

interface LeftFunction {
  readonly name: string;
  readonly reason: string;
}
