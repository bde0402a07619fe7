import type { Command } from 'commander';
import { printable } from '../../core/printable.js';
import type { Context } from '../context.js';
import { functionNames } from '../names.js';
import { openSession, report, submit, timeoutOption, type ResultFields } from '../session.js';
import { counted } from '../table.js';

interface Options {
  readonly set?: string;
  readonly names?: readonly string[];
  readonly hash?: string;
  readonly note?: string;
  readonly reason?: string;
  readonly dryRun?: true;
  readonly timeout?: number;
}

/** `stageline request-approval <environment>`: asks others to approve a commit. */
export function registerRequestApproval(program: Command, context: Context): void {
  about(program.command('request-approval'))
    .description('ask others to approve the commit of what is staged, as the newest plan describes it')
    .option('--names <names...>', 'only these functions', functionNames)
    .option('--note <text>', 'why, for people who read the log')
    .action(
      sending(context, 'request-approval', (environment, result) => {
        const { contentHash, functions, required, mayNot } = result;
        const people = Array.isArray(mayNot) && mayNot.length > 0 ? `\nmay not: ${list(mayNot)}` : '';
        return (
          `approval of ${counted(Number(functions), 'function')} for ${environment} asked for; ${String(required)} needed${people}` +
          `\nto approve it: stageline approve ${environment} --hash ${String(contentHash)}`
        );
      }),
    );
}

/** `stageline approve <environment>`: approves what was looked at. */
export function registerApprove(program: Command, context: Context): void {
  about(program.command('approve'))
    .description('approve what somebody asked to commit, by the hash of what you looked at')
    .requiredOption('--hash <hash>', 'the hash that the request shows')
    .option('--note <text>', 'why, for people who read the log')
    .action(
      sending(
        context,
        'approve',
        (environment, { state, votes, required }) =>
          `${environment} ${String(state)}: ${String(votes)} of ${String(required)} have approved`,
      ),
    );
}

/** `stageline reject <environment>`: rejects it. */
export function registerReject(program: Command, context: Context): void {
  about(program.command('reject'))
    .description('reject what somebody asked to commit, also where others have approved it')
    .requiredOption('--reason <text>', 'why, for people who read the log')
    .action(sending(context, 'reject', (environment) => `the commit to ${environment} is rejected`));
}

/** `stageline withdraw <environment>`: takes a request back. */
export function registerWithdraw(program: Command, context: Context): void {
  about(program.command('withdraw'))
    .description('take back a request for approval')
    .option('--note <text>', 'why, for people who read the log')
    .action(
      sending(context, 'withdraw', (environment) => `the request to commit to ${environment} is withdrawn`),
    );
}

function about(command: Command): Command {
  return command
    .argument('<environment>', 'where the commit goes to, such as prod')
    .option('--set <name>', 'the stage set (default: main)')
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(timeoutOption('how long to wait for the reply (default: 60s)'));
}

type Action = (environment: string, options: Options, command: Command) => Promise<void>;

function sending(
  context: Context,
  name: string,
  words: (environment: string, result: ResultFields) => string,
): Action {
  return async (environment, { set, names, hash, note, reason, dryRun, timeout }, command) => {
    const session = openSession(command, context);
    const given = { stageSet: set, names, contentHash: hash, note, reason };
    const asked = Object.entries(given).filter(([, value]) => value !== undefined);
    const params = { environment, ...Object.fromEntries(asked) };
    const reply = await submit(session, { command: name, params, dryRun, timeoutMs: timeout });
    report(session, reply, (result) => words(environment, result));
  };
}

const list = (names: readonly unknown[]): string => names.map((name) => printable(String(name))).join(', ');
