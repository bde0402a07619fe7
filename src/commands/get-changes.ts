import { defineHistoryQuery } from '../core/decision.js';
import type { GetChangesParams } from '../core/types.js';
import { AppError } from '../errors.js';
import { readChanges } from './shared/document-changes.js';
import { cursorFaults, readPastCursor, writePastCursor } from './shared/past-cursor.js';
import { pointOf } from './shared/past-point.js';
import { prefixesOf } from './shared/project-pages.js';

const DEFAULT_LIMIT = 500;

/**
 * What changed in the project's documents between two places of the journal: those that get-all-data would have shown at
 * either, by document and JSON pointer, page by page. What came and went in between is not told.
 */
export const getChanges = defineHistoryQuery<GetChangesParams>({
  name: 'get-changes',
  summary: "Reads what changed in the project's documents between two positions or times, page by page.",
  schema: 'get-changes.json',
  role: 'viewer',
  refusals: ['UNKNOWN_POSITION', 'TOO_MANY_REQUESTS'],

  check: (params) => [...(wrongWay(params.from, params.to) ? [backwards()] : []), ...cursorFaults(params, 2)],

  async answer(history, params, { project, position: now }) {
    const { prefix = '', limit = DEFAULT_LIMIT } = params;
    const cursor = readPastCursor(params, 2);
    const prefixes = prefixesOf({ project, prefix });
    const [first = params.from, second = params.to ?? now] = cursor?.positions ?? [];
    const before = await history.stateAt(pointOf(first, now), prefixes);
    const after = await history.stateAt(pointOf(second, now), prefixes);
    if (before.position > after.position) {
      const fault = backwards();
      throw new AppError('INVALID_COMMAND', `The first place ${fault.detail}.`, { errors: [fault] });
    }
    const page = await readChanges(before.load, after.load, { project, prefix, limit, from: cursor });
    const positions = [before.position, after.position];
    const next =
      page.next === undefined ? {} : { cursor: writePastCursor(params, { positions, ...page.next }) };
    return { from: before.position, to: after.position, changes: page.changes, ...next };
  },
});

function wrongWay(from: number | string, to: number | string | undefined): boolean {
  if (typeof from === 'number') return typeof to === 'number' && from > to;
  return typeof to === 'string' && Date.parse(from) > Date.parse(to);
}

function backwards(): { pointer: string; code: string; detail: string } {
  return { pointer: '/params/from', code: 'INVALID_COMMAND', detail: 'lies behind the second' };
}
