import { writeAuditCursor, type AuditCursor, type AuditRange } from './audit-cursor.js';
import { AUDIT_PREFIX, auditEntryOf, type AuditEntry } from './audit-entry.js';
import { isAsked, type AuditFilter } from './audit-filter.js';
import { searchTime } from './audit-search.js';
import type { Load } from './decision.js';
import { auditId } from './ids.js';

/** Entries a page where nothing is said. */
export const AUDIT_LIMIT = 100;
/** Most entries a page. */
export const MAX_AUDIT_LIMIT = 1_000;
/** Records looked at for a page at most: what is rare costs several pages, never a long one. */
const MAX_LOOKED_AT = 5_000;
/** Records read at a time, and at first where few are wanted. */
const STEP = 1_000;
const FIRST_STEP = 100;
/** Most bytes of JSON in a page: a reply has to fit into a message. */
const PAGE_BYTES = 500 * 1024;

export interface AuditPageOptions {
  readonly filter: AuditFilter;
  /** At most so many entries. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly from?: AuditCursor | undefined;
  /** The last position of the log. */
  readonly head: number;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Absent after the last page. */
  readonly cursor?: string;
  /** What the log had reached when the first page was read: what came later is above it. */
  readonly position: number;
}

/** Reads one page of the log: in steps, within the limits of entries, bytes and work. */
export async function readAuditPage(load: Load, options: AuditPageOptions): Promise<AuditPage> {
  const { filter, limit, from, head } = options;
  const position = from?.position ?? head;
  const newestFirst = filter.order === 'newest';
  let { after, before } = from ?? (await rangeOf(load, filter, head));
  const entries: AuditEntry[] = [];
  let bytes = 0;
  let looked = 0;
  const page = (): AuditPage => {
    const more = before - after > 1;
    const cursor = more ? { cursor: writeAuditCursor(filter, { after, before, position }) } : {};
    return { entries, ...cursor, position };
  };

  while (before - after > 1 && entries.length < limit && looked < MAX_LOOKED_AT) {
    const size = looked === 0 ? Math.min(STEP, Math.max(FIRST_STEP, limit)) : STEP;
    const bounds = { after: auditId(after), before: auditId(before) };
    const step = await load.range(AUDIT_PREFIX, { ...bounds, limit: size, descending: newestFirst });
    for (const seen of step) {
      const entry = auditEntryOf(seen);
      if (entry !== undefined && isAsked(entry, filter)) {
        const more = Buffer.byteLength(JSON.stringify(entry)) + 1;
        const full = entries.length >= limit || (entries.length > 0 && bytes + more > PAGE_BYTES);
        if (full) return page();
        entries.push(entry);
        bytes += more;
      }
      if (newestFirst) before = seen.position;
      else after = seen.position;
    }
    looked += step.length;
    if (step.length < size) after = before;
  }
  return page();
}

/** The part of the log that the filter's positions and times leave. */
async function rangeOf(load: Load, filter: AuditFilter, head: number): Promise<AuditRange> {
  const { since, until } = filter;
  let after = filter.after ?? 0;
  let before = Math.min(filter.before ?? Infinity, head + 1);
  if (since !== undefined) ({ after } = await searchTime(load, { after, before }, since));
  if (until !== undefined) ({ before } = await searchTime(load, { after, before }, until));
  return { after, before };
}
