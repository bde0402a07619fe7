import { Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { formatReleaseRef, functionNames, parseReleaseRef } from '../names.js';
import { release } from '../release.js';
import { openSession, report, submit, timeoutOption, type ResultFields, type Session } from '../session.js';
import { counted } from '../table.js';
import { onFailureOption, type OnFailure } from './on-failure.js';
import { overrideOption, overriding } from './override.js';
import type { ReleaseRef } from '../../core/ids.js';

interface Common {
  readonly dryRun?: true;
  readonly wait?: true;
  readonly timeout?: number;
  readonly note?: string;
  readonly override?: string;
}

interface RetryOptions extends Common {
  readonly includeCancelled?: true;
  readonly onFailure?: OnFailure;
  readonly allowRecreate?: readonly string[];
}

const TIMES = 'how long to wait for the reply (default: 60s), with --wait for the release (default: 10m)';

/** `stageline retry <release>`: a new release of what failed in an earlier one. */
export function registerRetry(program: Command, context: Context): void {
  aboutRelease(program.command('retry'))
    .description('make a new release of the functions that failed in an earlier one')
    .option('--include-cancelled', 'those that were cancelled or skipped too')
    .addOption(onFailureOption())
    .option('--allow-recreate <names...>', 'these may be deleted and created anew', functionNames)
    .option('--note <text>', 'why, for people who read the log')
    .addOption(overrideOption())
    .addOption(new Option('--wait', 'wait until the new release is finished').conflicts('dryRun'))
    .addOption(timeoutOption(TIMES))
    .action(async (text: string, options: RetryOptions, command: Command) => {
      const { session, ref, at } = open(text, { command, context });
      const { includeCancelled, onFailure, allowRecreate, note } = options;
      await release(session, {
        command: 'retry-deployment',
        params: {
          ...at,
          ...(includeCancelled === undefined ? {} : { includeCancelled }),
          ...(onFailure === undefined ? {} : { onFailure }),
          ...(allowRecreate === undefined ? {} : { allowRecreate }),
          ...(note === undefined ? {} : { note }),
          ...overriding(options),
        },
        words: (made, result) =>
          (made === undefined
            ? `a retry of ${formatReleaseRef(ref)} is possible`
            : `release ${formatReleaseRef(made)} repeats what failed in ${formatReleaseRef(ref)}`) +
          extent(result),
        ...options,
      });
    });
}

/** `stageline cancel <release>`: ends a release. */
export function registerCancel(program: Command, context: Context): void {
  aboutRelease(program.command('cancel'))
    .description('end a release: whatever of it has no outcome yet is cancelled')
    .requiredOption('--reason <text>', 'why, for people who read the log')
    .addOption(timeoutOption('how long to wait for the reply (default: 60s)'))
    .action(async (text: string, options: Common & { readonly reason: string }, command: Command) => {
      const { session, ref, at } = open(text, { command, context });
      const params = { ...at, reason: options.reason };
      const reply = await submit(session, { ...sending(options), command: 'cancel-deployment', params });
      report(session, reply, ({ cancelled, of }) => {
        const count = typeof cancelled === 'number' ? ` ${counted(cancelled, 'function')}` : '';
        return `cancelled${count}${typeof of === 'number' ? ` of ${of}` : ''} of release ${formatReleaseRef(ref)}`;
      });
    });
}

/** `stageline resume <release>`: lets a held release go on. */
export function registerResume(program: Command, context: Context): void {
  aboutRelease(program.command('resume'))
    .description('let the next wave of a release begin that is held by a failure, or was by a freeze')
    .option('--note <text>', 'why, for people who read the log')
    .addOption(overrideOption())
    .addOption(new Option('--wait', 'wait until the release is finished').conflicts('dryRun'))
    .addOption(timeoutOption(TIMES))
    .action(async (text: string, options: Common, command: Command) => {
      const { session, ref, at } = open(text, { command, context });
      const { note } = options;
      await release(session, {
        command: 'resume-deployment',
        params: { ...at, ...(note === undefined ? {} : { note }), ...overriding(options) },
        words: (made, result) =>
          made === undefined
            ? `release ${formatReleaseRef(ref)} can go on`
            : `release ${formatReleaseRef(ref)} goes on${waveOf(result)}`,
        ...options,
      });
    });
}

function aboutRelease(command: Command): Command {
  return command
    .argument('<release>', 'environment/number, project/environment/number, or the id of its document')
    .option('--dry-run', 'check and answer, change nothing');
}

interface Opened {
  readonly session: Session;
  readonly ref: ReleaseRef;
  readonly at: { readonly environment: string; readonly release: number };
}

function open(
  text: string,
  { command, context }: { readonly command: Command; readonly context: Context },
): Opened {
  const session = openSession(command, context);
  const ref = parseReleaseRef(text, session.project);
  const { project, environment, release: number } = ref;
  return { session: { ...session, project }, ref, at: { environment, release: number } };
}

function sending({ dryRun, timeout }: Common): {
  dryRun: boolean | undefined;
  timeoutMs: number | undefined;
} {
  return { dryRun, timeoutMs: timeout };
}

function extent({ functions, left }: ResultFields): string {
  const count = typeof functions === 'number' ? `: ${counted(functions, 'function')}` : '';
  const names = Array.isArray(left) ? (left as { name: string; reason: string }[]) : [];
  return count + names.map(({ name, reason }) => `\nleft: ${name} ${reason}`).join('');
}

function waveOf({ wave, waves, functions }: ResultFields): string {
  return typeof wave === 'number' && typeof waves === 'number' && typeof functions === 'number'
    ? ` with wave ${wave + 1} of ${waves}: ${counted(functions, 'function')}`
    : '';
}
