import { Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { openSession, report, submit, timeoutOption } from '../session.js';
import { counted } from '../table.js';

interface MergeOptions {
  readonly into: string;
  readonly onConflict?: string;
  readonly dryRun?: true;
  readonly timeout?: number;
}

/** `stageline merge FROM… --into NAME`: moves the entries of stage sets into one. */
export function registerMerge(program: Command, context: Context): void {
  program
    .command('merge')
    .description('move the entries of stage sets into another one, and close them')
    .argument('<from...>', 'stage sets to empty, in order')
    .requiredOption('--into <name>', 'the stage set that takes them; made if it is missing')
    .addOption(
      new Option(
        '--on-conflict <way>',
        'where two sets hold different changes of a function: refuse, keep what --into has, or take the last of <from> (default: reject)',
      ).choices(['reject', 'ours', 'theirs']),
    )
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(timeoutOption('how long to wait for the reply (default: 60s)'))
    .action(async (from: string[], { into, onConflict, dryRun, timeout }: MergeOptions, command: Command) => {
      const session = openSession(command, context);
      const reply = await submit(session, {
        command: 'merge-stage-sets',
        params: { from, into, ...(onConflict === undefined ? {} : { onConflict }) },
        dryRun,
        timeoutMs: timeout,
      });
      report(
        session,
        reply,
        ({ entries }) =>
          `merged ${from.join(', ')} into ${into}` +
          (typeof entries === 'number' ? `, which holds ${counted(entries, 'entry', 'entries')} now` : ''),
      );
    });
}
