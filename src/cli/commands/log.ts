import { InvalidArgumentError, Option, type Command } from 'commander';
import { ENTITY_ID } from '../../core/audit-filter.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { followLog, showLog } from '../log.js';
import { LOG_OUTPUTS, type LogOutput } from '../log-lines.js';
import { parseTime } from '../log-times.js';
import { functionName } from '../names.js';
import { openSession } from '../session.js';

interface LogOptions {
  readonly actor?: string;
  readonly command?: string;
  readonly allProjects?: true;
  readonly entity?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly overrides?: true;
  readonly since?: string;
  readonly until?: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly oldestFirst?: true;
  readonly follow?: true;
  readonly output?: LogOutput;
}

/** `stageline log`: who asked for what, when, and how it ended. */
export function registerLog(program: Command, context: Context): void {
  program
    .command('log')
    .description('show who asked for what, when, and how it ended; refused commands with the reason')
    .option('--actor <name>', 'only what this caller asked for')
    .option('--command <name>', 'only commands of this name, such as rollback')
    .option('--all-projects', 'every project, and what the service recorded on its own account')
    .option(
      '--entity <id>',
      'only what touched this: a function, or an id such as release:default:test:7',
      entity,
    )
    .addOption(
      new Option('--outcome <outcome>', 'only what ended so').choices(['ok', 'rejected', 'denied', 'failed']),
    )
    .option('--code <code>', 'only what was refused with this code, such as STALE_BASE')
    .option('--overrides', 'only what somebody overrode a freeze, a missing approval or an old plan for')
    .option('--since <time>', 'from this time on, or for so long: 2026-01-31T12:00:00Z, 2h, 7d', parseTime)
    .option('--until <time>', 'before this time', parseTime)
    .option('--from <position>', 'above this position', position)
    .option('--to <position>', 'up to this position', position)
    .option('--limit <number>', 'at most so many (default: 100; with ndjson and csv all)', positive)
    .option('--oldest-first', 'begin with the oldest (default: with the newest)')
    .addOption(
      new Option('--follow', 'show the newest, then go on with what comes').conflicts([
        'until',
        'to',
        'oldestFirst',
      ]),
    )
    .addOption(
      new Option('--output <format>', 'how it is printed (default: table, with --json json)').choices(
        LOG_OUTPUTS,
      ),
    )
    .action(async (options: LogOptions, command: Command) => {
      const session = openSession(command, context);
      const { follow, limit, oldestFirst = false } = options;
      const output = options.output ?? (session.json ? 'json' : 'table');
      const log = { client: session.client, filters: filtersOf(options, session.project), context };
      if (follow !== true) return showLog(log, { output, limit, oldestFirst });
      if (output === 'json') throw usage('--follow prints lines: take --output table, ndjson or csv');
      return followLog(log, { output, limit });
    });
}

/** Parameters of GET /v1/audit. */
function filtersOf(options: LogOptions, project: string): Record<string, string> {
  const { actor, command, allProjects, entity, outcome, code, since, until, from, to, oldestFirst } = options;
  const given = {
    ...{ actor, command, entity, outcome, code, since, until },
    project: allProjects === true ? undefined : project,
    allProjects: allProjects === true ? 'true' : undefined,
    overrides: options.overrides === true ? 'true' : undefined,
    after: from === undefined ? undefined : String(from),
    before: to === undefined ? undefined : String(to + 1),
    order: oldestFirst === true ? 'oldest' : undefined,
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** An id, or a function as everywhere on the command line. */
function entity(text: string): string {
  return ENTITY_ID.test(text) ? text : functionName(text);
}

function position(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A position is a number.');
  return Number(text);
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A limit is a number from 1.');
  return Number(text);
}
