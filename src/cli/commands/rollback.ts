import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { formatReleaseRef, functionNames } from '../names.js';
import { release } from '../release.js';
import { openSession, timeoutOption, type ResultFields } from '../session.js';

interface RollbackOptions {
  readonly to?: Target;
  readonly names?: readonly string[];
  readonly prune?: true;
  readonly note?: string;
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
    .option('--note <text>', 'why, for people who read the log')
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(new Option('--wait', 'wait until the release is finished').conflicts('dryRun'))
    .addOption(
      timeoutOption(
        'how long to wait for the reply (default: 60s), with --wait for the release (default: 10m)',
      ),
    )
    .action(async (given: string | undefined, options: RollbackOptions, command: Command) => {
      const { to, names, prune, note } = options;
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
          ...(note === undefined ? {} : { note }),
        },
        words: (ref, result) =>
          (ref === undefined
            ? `rollback of ${environment} is possible`
            : `release ${formatReleaseRef(ref)} takes ${environment} back${returnedTo(result)}`) +
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

/** Functions that did not exist then and stay, as --prune was not given. */
function left({ left: names }: ResultFields): string {
  return Array.isArray(names) && names.length > 0
    ? `\nleft in place, --prune would delete them: ${(names as string[]).join(', ')}`
    : '';
}
