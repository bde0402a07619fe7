import { hashOf } from '../../core/canonical.js';
import { isObject } from '../../core/merge-patch.js';
import type { ProblemItem } from '../../core/types.js';

/** How far a reader of the past has come: opaque to callers. */
export interface PastCursor {
  /** The positions that are read: times are looked up once. */
  readonly positions: readonly number[];
  readonly section: string;
  /** The last id told there. */
  readonly after: string;
}

/** A cursor belongs to its question: the parameters without the limit and the cursor itself. */
export function writePastCursor(params: object, { positions, section, after }: PastCursor): string {
  return Buffer.from(JSON.stringify([questionOf(params), positions, section, after])).toString('base64url');
}

/** The cursor, if it is one and belongs to these parameters. */
export function readPastCursor(
  params: { readonly cursor?: string },
  positionCount: number,
): PastCursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(params.cursor ?? '', 'base64url').toString());
  } catch {
    return undefined;
  }
  if (isObject(value) || !Array.isArray(value)) return undefined;
  const [question, positions, section, after] = value as unknown[];
  const valid =
    question === questionOf(params) &&
    Array.isArray(positions) &&
    positions.length === positionCount &&
    positions.every((one) => Number.isSafeInteger(one) && one >= 0) &&
    typeof section === 'string' &&
    typeof after === 'string';
  return valid ? { positions: positions as number[], section, after } : undefined;
}

/** What is wrong with a cursor, if there is one. */
export function cursorFaults(params: { readonly cursor?: string }, positionCount: number): ProblemItem[] {
  if (params.cursor === undefined || readPastCursor(params, positionCount) !== undefined) return [];
  const detail = 'is no cursor of a page with these parameters; leave it out to begin anew';
  return [{ pointer: '/params/cursor', code: 'INVALID_COMMAND', detail }];
}

function questionOf(params: object): string {
  const { limit: _limit, cursor: _cursor, ...question } = params as Record<string, unknown>;
  return hashOf(question);
}
