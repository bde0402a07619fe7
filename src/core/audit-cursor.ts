import type { AuditFilter } from './audit-filter.js';
import { hashOf } from './canonical.js';

/** What is left to look at: positions above `after` and below `before`. */
export interface AuditRange {
  readonly after: number;
  readonly before: number;
}

/** How far a reader of the log has come; opaque to callers. */
export interface AuditCursor extends AuditRange {
  /** What the log had reached when the first page was read. */
  readonly position: number;
}

/** A cursor goes on with the filter that it was made for, and with no other. */
export function writeAuditCursor(filter: AuditFilter, { after, before, position }: AuditCursor): string {
  return Buffer.from(JSON.stringify([hashOf(filter), after, before, position])).toString('base64url');
}

/** The cursor, if it is one and belongs to this filter. */
export function readAuditCursor(filter: AuditFilter, text: string): AuditCursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 4) return undefined;
  const [hash, ...numbers] = value as unknown[];
  if (hash !== hashOf(filter) || !numbers.every(isPosition)) return undefined;
  const [after = 0, before = 0, position = 0] = numbers;
  return { after, before, position };
}

function isPosition(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
