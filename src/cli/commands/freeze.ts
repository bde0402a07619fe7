import type { Command } from 'commander';
import type { Context } from '../context.js';
import { openSession, report, submit, timeoutOption } from '../session.js';

interface FreezeOptions {
  readonly reason?: string;
  readonly until?: string;
  readonly note?: string;
  readonly dryRun?: true;
  readonly timeout?: number;
}

/** `stageline freeze <environment>`: nothing is deployed there. */
export function registerFreeze(program: Command, context: Context): void {
  about(program.command('freeze'))
    .description('freeze an environment: nothing is deployed to it, in any project')
    .requiredOption('--reason <text>', 'why, for people who read the log')
    .option('--until <time>', 'ends by itself then, such as 2026-01-31T12:00:00Z')
    .action(async (environment: string, options: FreezeOptions, command: Command) => {
      const { reason, until, dryRun, timeout } = options;
      const session = openSession(command, context);
      const params = { environment, reason, ...(until === undefined ? {} : { until }) };
      const reply = await submit(session, { command: 'freeze', params, dryRun, timeoutMs: timeout });
      report(session, reply, (result) => {
        const end = result['until'];
        return `${environment} is frozen${typeof end === 'string' ? ` until ${end}` : ''}`;
      });
    });
}

/** `stageline unfreeze <environment>`: ends it. */
export function registerUnfreeze(program: Command, context: Context): void {
  about(program.command('unfreeze'))
    .description('end the freeze of an environment')
    .option('--note <text>', 'why, for people who read the log')
    .action(async (environment: string, options: FreezeOptions, command: Command) => {
      const { note, dryRun, timeout } = options;
      const session = openSession(command, context);
      const params = { environment, ...(note === undefined ? {} : { note }) };
      const reply = await submit(session, { command: 'unfreeze', params, dryRun, timeoutMs: timeout });
      report(
        session,
        reply,
        () => `${environment} is not frozen any more; resume what it holds with "stageline resume"`,
      );
    });
}

function about(command: Command): Command {
  return command
    .argument('<environment>', 'which, such as prod')
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(timeoutOption('how long to wait for the reply (default: 60s)'));
}
