import { AUDIT_CSV_HEAD, auditCsvLine, CSV_END } from '../core/audit-csv.js';
import type { AuditEntry } from '../core/audit-entry.js';
import type { AuditPage } from '../core/audit-page.js';

/** What the log can be asked for as. */
export const AUDIT_FORMATS = ['json', 'ndjson', 'csv'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];
export type ExportFormat = Exclude<AuditFormat, 'json'>;

interface Writing {
  readonly type: string;
  readonly head: string;
  readonly line: (entry: AuditEntry) => string;
}

/** How the whole log is written in one answer. */
export const EXPORTS: Readonly<Record<ExportFormat, Writing>> = {
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    head: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    head: AUDIT_CSV_HEAD + CSV_END,
    line: (entry) => auditCsvLine(entry) + CSV_END,
  },
};

/** What a caller gets: as the address says, otherwise as the header Accept says. */
export function formatFor(asked: AuditFormat | undefined, accept = ''): AuditFormat {
  if (asked !== undefined) return asked;
  if (accept.includes('application/x-ndjson')) return 'ndjson';
  return accept.includes('text/csv') ? 'csv' : 'json';
}

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Read before the answer begins, so that a fault can still be told. */
  readonly first: AuditPage;
  /** Reads the page behind a cursor, of at most so many entries. */
  readonly next: (cursor: string, limit: number) => Promise<AuditPage>;
  /** At most so many entries. */
  readonly limit: number;
  /** Told of each page that was read, also where nothing of it is sent. */
  readonly onPage: () => void;
}

/** The log as text, a page at a time, as fast as the client takes it. */
export async function* exported({
  format,
  first,
  next,
  limit,
  onPage,
}: ExportOptions): AsyncGenerator<string> {
  const { head, line } = EXPORTS[format];
  let left = limit;
  let page = first;
  if (head !== '') yield head;
  for (;;) {
    left -= page.entries.length;
    onPage();
    if (page.entries.length > 0) yield page.entries.map(line).join('');
    if (page.cursor === undefined || left <= 0) return;
    page = await next(page.cursor, left);
  }
}
