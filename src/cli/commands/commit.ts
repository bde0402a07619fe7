import { Option, type Command } from 'commander';
import type { PlanCounts } from '../../core/types.js';
import type { Context } from '../context.js';
import { formatDuration } from '../duration.js';
import { functionNames, formatReleaseRef } from '../names.js';
import { openSession, timeoutOption, type ResultFields } from '../session.js';
import { countsText } from '../plan-table.js';
import { release } from '../release.js';
import { counted } from '../table.js';
import { onFailureOption, type OnFailure } from './on-failure.js';
import { overrideOption, overriding } from './override.js';

interface CommitOptions {
  readonly set?: string;
  readonly names?: readonly string[];
  readonly note?: string;
  readonly force?: true;
  readonly onFailure?: OnFailure;
  readonly allowRecreate?: readonly string[];
  readonly acceptDifferences?: readonly string[];
  readonly override?: string;
  readonly dryRun?: true;
  readonly wait?: true;
  readonly timeout?: number;
}

/** `stageline commit <environment>`: makes the next release of an environment out of staged entries. */
export function registerCommit(program: Command, context: Context): void {
  program
    .command('commit')
    .description('make the next release of an environment out of what is staged')
    .argument('<environment>', 'where to, such as test or prod')
    .option('--set <name>', 'the stage set (default: main)')
    .option('--names <names...>', 'only these functions', functionNames)
    .option('--note <text>', 'why, for people who read the log')
    .option('--force', 'although another release has changed a function since it was staged')
    .addOption(onFailureOption())
    .option('--allow-recreate <names...>', 'these may be deleted and created anew', functionNames)
    .option(
      '--accept-differences <names...>',
      'these count as proven although their read-back in the environment before differed',
      functionNames,
    )
    .addOption(overrideOption('a freeze, missing approvals and an old plan'))
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(new Option('--wait', 'wait until the release is finished').conflicts('dryRun'))
    .addOption(
      timeoutOption(
        'how long to wait for the reply (default: 60s), with --wait for the release (default: 10m)',
      ),
    )
    .action(async (environment: string, options: CommitOptions, command: Command) => {
      const { set, names, note, force, onFailure, allowRecreate, acceptDifferences } = options;
      await release(openSession(command, context), {
        command: `commit-staged-to-${environment}`,
        params: {
          ...(set === undefined ? {} : { stageSet: set }),
          ...(names === undefined ? {} : { names }),
          ...(note === undefined ? {} : { note }),
          ...(force === undefined ? {} : { force }),
          ...(onFailure === undefined ? {} : { onFailure }),
          ...(allowRecreate === undefined ? {} : { allowRecreate }),
          ...(acceptDifferences === undefined ? {} : { acceptDifferences }),
          ...overriding(options),
        },
        words: (ref, result) =>
          (ref === undefined
            ? `commit to ${environment} is possible`
            : `release ${formatReleaseRef(ref)} committed`) +
          extent(result) +
          planned(result),
        ...options,
      });
    });
}

/** What the newest plan says, or that there is none. */
function planned({ plan }: ResultFields): string {
  if (typeof plan === 'string') return `\nplan: ${plan}`;
  if (typeof plan !== 'object' || plan === null) return '';
  const { operations, ageSeconds, blocked } = plan as PlanTold;
  const functions = Object.values({ ...operations }).reduce((sum, count) => sum + count, 0);
  const names = blocked.length === 0 ? '' : `\nplanned as blocked: ${blocked.join(', ')}`;
  const age = formatDuration(
    Math.max(1, ageSeconds < 120 ? ageSeconds : Math.round(ageSeconds / 60) * 60) * 1000,
  );
  return `\nplan of ${age} ago: ${countsText({ counts: operations, functions })}${names}`;
}

/** A plan as a commit's result tells it. */
interface PlanTold {
  readonly operations: PlanCounts;
  readonly ageSeconds: number;
  readonly blocked: readonly string[];
}

/** ": 3 functions in 2 waves on the sandbox", as far as the result says it. */
function extent({ functions, target, waves }: ResultFields): string {
  return (
    (typeof functions === 'number' ? `: ${counted(functions, 'function')}` : '') +
    (typeof waves === 'number' ? ` in ${waves} waves` : '') +
    (target === 'sandbox' ? ' on the sandbox' : '')
  );
}
