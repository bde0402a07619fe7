import type { AuditEntry } from './audit-entry.js';
import type { AllowedLiteral } from './types.js';

const COLUMNS = [
  'position',
  'time',
  'actor',
  'project',
  'command',
  'outcome',
  'code',
  'reason',
  'events',
  'entities',
  'entitiesOmitted',
  'via',
  'id',
  'override',
  'overrode',
  'allowLiterals',
] as const satisfies readonly (keyof AuditEntry)[];

/** What ends a line (RFC 4180). */
export const CSV_END = '\r\n';
/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** The first line of the log as CSV, without its end. */
export const AUDIT_CSV_HEAD = COLUMNS.join(',');

/** An entry as a line of CSV, without its end; lists are joined by spaces. */
export function auditCsvLine(entry: AuditEntry): string {
  return COLUMNS.map((column) => cell(entry[column])).join(',');
}

/** An apostrophe tells spreadsheets that a cell is text; names and reasons are written by whoever sends commands. */
function cell(value: AuditEntry[keyof AuditEntry]): string {
  if (value === undefined) return '';
  const text = Array.isArray(value) ? value.map(inWords).join(' ') : String(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function inWords(item: string | AllowedLiteral): string {
  return typeof item === 'string' ? item : `${item.function} ${item.pointer}: ${item.reason}`;
}
