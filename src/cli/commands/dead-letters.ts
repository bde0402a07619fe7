import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { listDeadLetters, resendDeadLetters, showDeadLetter } from '../dead-letters.js';
import { usage } from '../exit.js';
import { parseTime } from '../log-times.js';
import { openSession } from '../session.js';

interface Filters {
  readonly code?: string;
  readonly topic?: string;
  readonly since?: string;
}

/** `stageline dead-letters list|show|resend`. */
export function registerDeadLetters(program: Command, context: Context): void {
  const group = program
    .command('dead-letters')
    .description('look at messages that could not be understood or processed, and send them again');

  filtered(group.command('list'))
    .description('list them, the newest last')
    .option('--after <cursor>', 'go on behind a list that had reached its limit')
    .option('--limit <number>', 'at most so many (default: all)', positive)
    .addOption(
      new Option('--output <format>', 'how it is printed (default: table, with --json json)').choices([
        'table',
        'json',
      ]),
    )
    .action(
      async (
        options: Filters & { readonly after?: string; readonly limit?: number; readonly output?: string },
        command: Command,
      ) => {
        const { after, limit, output } = options;
        const session = openSession(command, context);
        const json = output === undefined ? session.json : output === 'json';
        await listDeadLetters({ ...session, json }, { filters: filtersOf(options), after, limit });
      },
    );

  group
    .command('show')
    .description('show one with its payload, secrets masked')
    .argument('<id>', 'its id, as list shows it')
    .option('--raw', 'print the payload only, in base64, nothing masked')
    .action(async (id: string, { raw = false }: { readonly raw?: boolean }, command: Command) => {
      await showDeadLetter(openSession(command, context), id, raw);
    });

  filtered(group.command('resend'))
    .description('put messages on the topics that they came from once more')
    .argument('[ids...]', 'ids, as list shows them')
    .option('--all', 'every one with this --code that was not sent again already')
    .option('--yes', 'with --all: do it; without, it is only said what would be done')
    .action(
      async (
        ids: readonly string[],
        options: Filters & { readonly all?: true; readonly yes?: true },
        command: Command,
      ) => {
        const { all, yes = false, ...filters } = options;
        if (ids.length > 0 === (all === true)) throw usage('name dead letters, or give --all');
        if (all === true && filters.code === undefined)
          throw usage('--all needs --code: what failed for one reason is mended by one change');
        if (all !== true && Object.keys(filters).length > 0)
          throw usage('--code, --topic and --since go with --all');
        const session = openSession(command, context);
        await resendDeadLetters(session, all === true ? { filters: filtersOf(filters), yes } : { ids });
      },
    );
}

function filtered(command: Command): Command {
  return command
    .option('--code <code>', 'only those with this code, such as INVALID_COMMAND')
    .option('--topic <topic>', 'only those that came from this topic')
    .option('--since <time>', 'from this time on, or for so long: 2026-01-31T12:00:00Z, 2h, 7d', parseTime);
}

function filtersOf({ code, topic, since }: Filters): Record<string, string> {
  return {
    ...(code === undefined ? {} : { code }),
    ...(topic === undefined ? {} : { topic }),
    ...(since === undefined ? {} : { since }),
  };
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1.');
  return Number(text);
}
