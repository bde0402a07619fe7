import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { listEffects } from '../effects.js';
import { openSession, report, submit, timeoutOption } from '../session.js';
import { counted } from '../table.js';
import { overrideOption, overriding } from './override.js';

interface Common {
  readonly dryRun?: true;
  readonly timeout?: number;
}

/** `stageline effects list|release|skip`. */
export function registerEffects(program: Command, context: Context): void {
  const group = program
    .command('effects')
    .description('look at deployments that have not left yet, let held ones out, or give them up');

  group
    .command('list')
    .description('show what each topic owes: releases, how much of them, since when, and what keeps them')
    .addOption(
      new Option('--output <format>', 'how it is printed (default: table, with --json json)').choices([
        'table',
        'json',
      ]),
    )
    .action(async ({ output }: { readonly output?: string }, command: Command) => {
      const session = openSession(command, context);
      const json = output === undefined ? session.json : output === 'json';
      await listEffects({ ...session, json });
    });

  aboutRelease(group.command('release'))
    .description('let out what is held because it was committed long before the service started')
    .addOption(overrideOption())
    .action(async (...given: [string, number, Common & { readonly override?: string }, Command]) => {
      const [environment, release, options, command] = given;
      const session = openSession(command, context);
      const params = { environment, release, ...overriding(options) };
      const reply = await submit(session, { ...sending(options), command: 'release-effects', params });
      report(session, reply, () => `everything up to release ${environment}/${release} may leave`);
    });

  aboutRelease(group.command('skip'))
    .description('give up what a release still owes: it is never deployed; what has left stays')
    .requiredOption('--reason <text>', 'why, for people who read the log')
    .action(async (...given: [string, number, Common & { readonly reason: string }, Command]) => {
      const [environment, release, { reason, ...options }, command] = given;
      const session = openSession(command, context);
      const params = { environment, release, reason };
      const reply = await submit(session, { ...sending(options), command: 'skip-effects', params });
      report(session, reply, ({ skipped, of }) => {
        const count = typeof skipped === 'number' ? ` ${counted(skipped, 'function')}` : '';
        return `skipped${count}${typeof of === 'number' ? ` of ${of}` : ''} of release ${environment}/${release}`;
      });
    });
}

function aboutRelease(command: Command): Command {
  return command
    .argument('<environment>', 'such as test or prod')
    .argument('<release>', 'its number', releaseNumber)
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(timeoutOption('how long to wait for the reply (default: 60s)'));
}

function sending({ dryRun, timeout }: Common): {
  dryRun: boolean | undefined;
  timeoutMs: number | undefined;
} {
  return { dryRun, timeoutMs: timeout };
}

function releaseNumber(text: string): number {
  if (!/^0*[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A release is a number from 1.');
  return Number(text);
}
