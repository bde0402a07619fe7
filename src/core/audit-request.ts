import type { Code } from '../errors.js';
import { readAuditCursor, type AuditCursor } from './audit-cursor.js';
import { auditFilter, ENTITY_ID, FUNCTION_NAME, type AuditFilter, type AuditQuery } from './audit-filter.js';
import { pointerTo } from './json-pointer.js';
import type { GetAuditLogParams, ProblemItem } from './types.js';

/** What is asked of the log: a filter and where to go on, or what is wrong with it. */
export type AuditRequest =
  | { readonly ok: true; readonly filter: AuditFilter; readonly from: AuditCursor | undefined }
  | { readonly ok: false; readonly faults: ProblemItem[] };

/** Where a query comes from. */
export interface AuditOrigin {
  /** The project that it is asked within. */
  readonly project: string;
  /** What stands before every pointer to a fault. */
  readonly at: string;
  /** The code of every fault. */
  readonly code: Code;
}

/** Reads a query that is right by its schema. */
export function readAuditRequest(
  { cursor, limit: _limit, ...query }: GetAuditLogParams,
  origin: AuditOrigin,
): AuditRequest {
  const faults = faultsOf(query, origin);
  if (faults.length > 0) return { ok: false, faults };
  const filter = auditFilter(query, origin.project);
  if (cursor === undefined) return { ok: true, filter, from: undefined };
  const from = readAuditCursor(filter, cursor);
  if (from !== undefined) return { ok: true, filter, from };
  const detail = 'is no cursor of a page with these filters; leave it out to begin anew';
  return { ok: false, faults: [{ pointer: pointerTo(origin.at, 'cursor'), code: origin.code, detail }] };
}

function faultsOf({ entity, since, until }: AuditQuery, { at, code }: AuditOrigin): ProblemItem[] {
  const fault = (field: string, detail: string): ProblemItem => ({
    pointer: pointerTo(at, field),
    code,
    detail,
  });
  const faults: ProblemItem[] = [];
  if (entity !== undefined && !ENTITY_ID.test(entity) && !FUNCTION_NAME.test(entity)) {
    faults.push(
      fault(
        'entity',
        'must be tenant/namespace/name, or an id that begins with function:, stage-set:, release:, environment:, approval: or artifact:',
      ),
    );
  }
  // A leap second is right by the schema and is no time here.
  for (const [field, text] of Object.entries({ since, until })) {
    if (text !== undefined && Number.isNaN(Date.parse(text)))
      faults.push(fault(field, 'is no time, such as 2026-01-31T12:00:00Z'));
  }
  return faults;
}
