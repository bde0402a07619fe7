import { AUDIT_CSV_HEAD, auditCsvLine } from '../core/audit-csv.js';
import type { AuditEntry } from '../core/audit-entry.js';
import { formatReleaseRef } from './names.js';
import { createTable, pretty } from './table.js';

export const LOG_OUTPUTS = ['table', 'json', 'ndjson', 'csv'] as const;
export type LogOutput = (typeof LOG_OUTPUTS)[number];

/** Prints entries as they come. */
export interface LogPrinter {
  print(entries: readonly AuditEntry[]): void;
  /** Prints what waits for the last entry. */
  end(position: number): void;
}

const HEAD = ['position', 'time', 'actor', 'command', 'project', 'outcome', 'what', 'reason'];
/** Functions named in a line of the table. */
const NAMED = 2;

/** A printer that writes lines to `out`. */
export function createLogPrinter(output: LogOutput, out: (line: string) => void): LogPrinter {
  switch (output) {
    case 'table': {
      const table = createTable(HEAD);
      return {
        print: (entries) => entries.length > 0 && out(table.rows(entries.map(rowOf))),
        end: () => undefined,
      };
    }
    case 'json': {
      const all: AuditEntry[] = [];
      return {
        print: (entries) => all.push(...entries),
        end: (position) => out(pretty({ entries: all, position })),
      };
    }
    case 'ndjson':
      return {
        print: (entries) => entries.forEach((entry) => out(JSON.stringify(entry))),
        end: () => undefined,
      };
    case 'csv': {
      // `out` adds a line feed: with it the line ends as RFC 4180 says.
      out(`${AUDIT_CSV_HEAD}\r`);
      return {
        print: (entries) => entries.forEach((entry) => out(`${auditCsvLine(entry)}\r`)),
        end: () => undefined,
      };
    }
  }
}

function rowOf(entry: AuditEntry): string[] {
  const { position, time, actor, command, project, outcome, code, reason } = entry;
  const why = [code, reason, overridden(entry)].filter((part) => part !== undefined).join(': ');
  return [String(position), time, actor, command, project, outcome, touched(entry), why].map(shown);
}

function overridden({ override, overrode = [] }: AuditEntry): string | undefined {
  if (override === undefined) return undefined;
  return `OVERRIDE${overrode.length === 0 ? '' : ` of ${overrode.join(', ')}`}: ${override}`;
}

function shown(cell: string): string {
  return cell === '' ? '-' : cell;
}

/** What a record did, in short: types of its events, then what they touched. */
export function touched({ events, entities, entitiesOmitted = 0 }: AuditEntry): string {
  const functions = entities.flatMap((id) => tail(id, 'function:'));
  const more = functions.length - NAMED + entitiesOmitted;
  const names = functions.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const releases = entities.flatMap((id) => tail(id, 'release:')).map(releaseOf);
  const parts = [
    ...releases.map((release) => `release ${release}`),
    // A release names its environment.
    ...(releases.length > 0 ? [] : entities.flatMap((id) => tail(id, 'environment:'))),
    ...entities.flatMap((id) => tail(id, 'artifact:')).map((digest) => `artifact ${digest.slice(0, 12)}`),
    ...entities.flatMap((id) => tail(id, 'stage-set:')).map((set) => `stage set ${set.split(':')[1] ?? set}`),
    ...(names === '' ? [] : [names]),
  ];
  const what = [...new Set(events)].join(', ');
  return parts.length === 0 ? what : `${what}: ${parts.join(', ')}`;
}

/** What stands behind a prefix; nothing where another one does. */
function tail(id: string, prefix: string): string[] {
  return id.startsWith(prefix) ? [id.slice(prefix.length)] : [];
}

function releaseOf(ref: string): string {
  const [project = '', environment = '', number] = ref.split(':');
  return formatReleaseRef({ project, environment, release: Number(number) });
}
