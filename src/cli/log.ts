import type { AuditEntry } from '../core/audit-entry.js';
import { AUDIT_LIMIT } from '../core/audit-page.js';
import { pause } from '../core/pause.js';
import type { Client } from './client.js';
import type { Context } from './context.js';
import { EXIT, Exit } from './exit.js';
import { createLogPrinter, type LogOutput } from './log-lines.js';

/** What is read from where. */
export interface LogSource {
  readonly client: Client;
  /** Parameters of GET /v1/audit. */
  readonly filters: Readonly<Record<string, string>>;
  readonly context: Context;
}

export interface ShowOptions {
  readonly output: LogOutput;
  /** @defaultValue 100 for a table and JSON, otherwise none */
  readonly limit: number | undefined;
  readonly oldestFirst: boolean;
}

/** How often the log is asked for what is new. */
const FOLLOW_MS = 1_000;

/** Prints the log as it stands. */
export async function showLog(source: LogSource, { output, limit, oldestFirst }: ShowOptions): Promise<void> {
  const { client, filters, context } = source;
  const printer = createLogPrinter(output, context.out);
  const isStream = output === 'ndjson' || output === 'csv';
  const wanted = limit ?? (isStream ? Infinity : AUDIT_LIMIT);
  const kept: AuditEntry[] = [];
  let position = 0;
  let more = false;
  for await (const page of client.auditPages({ filters, limit: wanted })) {
    if (isStream) printer.print(page.entries);
    else kept.push(...page.entries);
    position = page.position;
    more = page.cursor !== undefined;
  }
  printer.print(kept);
  printer.end(position);
  if (isStream) return;
  const last = kept.at(-1);
  if (last === undefined && output === 'table') context.err('the log holds nothing of that kind');
  if (last !== undefined && more) {
    const next = oldestFirst ? `--from ${last.position}` : `--to ${last.position - 1}`;
    context.err(`there may be more: go on with ${next}, or raise --limit`);
  }
}

/** Prints the newest, the oldest of them first, then what comes, until the user has seen enough. */
export async function followLog(
  { client, filters, context }: LogSource,
  { output, limit = AUDIT_LIMIT }: Omit<ShowOptions, 'oldestFirst'>,
): Promise<void> {
  const printer = createLogPrinter(output, context.out);
  const signal = context.stop();
  const newest: AuditEntry[] = [];
  let after = 0;
  for await (const page of client.auditPages({ filters, limit })) {
    newest.push(...page.entries);
    after = page.position;
  }
  printer.print(newest.reverse());

  const printNew = async (): Promise<void> => {
    const further = {
      ...filters,
      order: 'oldest',
      after: String(Math.max(after, Number(filters['after'] ?? 0))),
    };
    for await (const { entries, cursor, position } of client.auditPages({
      filters: further,
      limit: Infinity,
    })) {
      printer.print(entries);
      // What was printed is not asked for again, also where the next page does not come.
      after = cursor === undefined ? position : (entries.at(-1)?.position ?? after);
    }
  };
  let isCut = false;
  while (!signal.aborted) {
    try {
      await printNew();
      isCut = false;
    } catch (error) {
      if (!(error instanceof Exit) || error.exitCode !== EXIT.unreachable) throw error;
      if (!isCut) context.err(`${error.message}; going on when it is back`);
      isCut = true;
    }
    await pause(FOLLOW_MS, signal);
  }
}
