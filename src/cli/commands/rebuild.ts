import { Option, type Command } from 'commander';
import type { DatabaseStanding } from '../../ports/databases.js';
import type { Context } from '../context.js';
import { EXIT, Exit } from '../exit.js';
import { cancelJob, runJob } from '../jobs.js';
import { rebuildText } from '../job-report.js';
import { explain } from '../problems.js';
import { openSession, type Session } from '../session.js';
import { pretty, table } from '../table.js';

interface RebuildOptions {
  readonly fresh?: true;
  readonly switch: boolean;
  readonly cancel?: true;
  readonly list?: true;
  readonly drop?: string;
  readonly output?: string;
}

/** `stageline rebuild`: the documents folded anew beside those in use. */
export function registerRebuild(program: Command, context: Context): void {
  program
    .command('rebuild')
    .description(
      'fold the journal into a new database while commands go on, compare it with the one in use, and switch over',
    )
    .option('--fresh', 'begin anew rather than go on with what a cancelled rebuild has left')
    .option('--no-switch', 'fold and compare, do not switch over')
    .option('--cancel', 'end the rebuild that is under way; the next one goes on from there')
    .option('--list', 'list the databases of documents')
    .addOption(new Option('--drop <name>', 'drop a database that is not in use any more'))
    .addOption(
      new Option('--output <format>', 'how it is printed (default: table, with --json json)').choices([
        'table',
        'json',
      ]),
    )
    .addHelpText(
      'after',
      `
It runs in the service: Ctrl-C leaves it there, and the same command follows it again. The database before stays until
it is dropped.`,
    )
    .action(async (options: RebuildOptions, command: Command) => {
      const opened = openSession(command, context);
      const json = options.output === undefined ? opened.json : options.output === 'json';
      const session = { ...opened, json };
      if (options.cancel === true) await cancelJob(session, 'rebuild');
      else if (options.list === true) await list(session);
      else if (options.drop !== undefined) await drop(session, options.drop);
      else await rebuild(session, options);
    });
}

async function rebuild(session: Session, options: RebuildOptions): Promise<void> {
  const job = await runJob(session, {
    kind: 'rebuild',
    ...(options.fresh === true ? { fresh: true } : {}),
    ...(options.switch ? {} : { switch: false }),
  });
  if (job.state === 'failed') throw new Exit(EXIT.failed, explain(job.error));
  if (job.state === 'cancelled' || job.kind !== 'rebuild')
    throw new Exit(EXIT.failed, 'the rebuild was cancelled; "stageline rebuild" goes on from there');
  session.context.out(session.json ? pretty(job.report) : rebuildText(job.report));
}

async function list({ client, json, context }: Session): Promise<void> {
  const { databases } = await client.read<{ databases: DatabaseStanding[] }>('databases');
  const rows = databases.map(({ name, state, position, startedAt = '' }) => [
    name,
    state,
    String(position),
    startedAt,
  ]);
  context.out(json ? pretty(databases) : table(['database', 'state', 'position', 'rebuild since'], rows));
}

async function drop({ client, json, context }: Session, name: string): Promise<void> {
  const dropped = await client.delete<object>(`databases/${encodeURIComponent(name)}`);
  context.out(json ? pretty(dropped) : `${name} is dropped`);
}
