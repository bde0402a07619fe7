import { Argument, Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { functionNames } from '../names.js';
import { openSession, report, submit, timeoutOption } from '../session.js';
import { counted } from '../table.js';

interface UnstageOptions {
  readonly set?: string;
  readonly all?: true;
  readonly dryRun?: true;
  readonly timeout?: number;
}

/** `stageline unstage NAME…`: takes entries out of a stage set. */
export function registerUnstage(program: Command, context: Context): void {
  program
    .command('unstage')
    .description('take entries out of a stage set; what is deployed already stays')
    .addArgument(new Argument('[names...]', 'functions').argParser(functionNames))
    .option('--set <name>', 'the stage set (default: main)')
    .addOption(new Option('--all', 'every entry'))
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(timeoutOption('how long to wait for the reply (default: 60s)'))
    .action(async (given: readonly string[] | undefined, options: UnstageOptions, command: Command) => {
      const { set, all, dryRun, timeout } = options;
      const names = given ?? [];
      if (names.length > 0 === (all === true)) throw usage('name functions, or give --all');
      const session = openSession(command, context);
      const reply = await submit(session, {
        command: 'un-stage',
        params: { ...(set === undefined ? {} : { stageSet: set }), ...(all === true ? { all } : { names }) },
        dryRun,
        timeoutMs: timeout,
      });
      report(session, reply, ({ unstaged }) => {
        const count = typeof unstaged === 'number' ? unstaged : names.length;
        return `took ${counted(count, 'entry', 'entries')} out of stage set ${set ?? 'main'}`;
      });
    });
}
