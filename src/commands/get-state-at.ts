import { defineHistoryQuery } from '../core/decision.js';
import type { GetStateAtParams } from '../core/types.js';
import { cursorFaults, readPastCursor, writePastCursor } from './shared/past-cursor.js';
import { pointOf } from './shared/past-point.js';
import { prefixesOf, readPage } from './shared/project-pages.js';

const DEFAULT_LIMIT = 500;

/**
 * The project's documents as they stood then, page by page: those that get-all-data would have shown. All pages are of the
 * position that the first one found.
 */
export const getStateAt = defineHistoryQuery<GetStateAtParams>({
  name: 'get-state-at',
  summary: "Reads the project's documents as they stood at a position or a time, page by page.",
  schema: 'get-state-at.json',
  role: 'viewer',
  refusals: ['UNKNOWN_POSITION', 'TOO_MANY_REQUESTS'],

  check(params) {
    const { position, time } = params;
    if ((position === undefined) === (time === undefined)) {
      const detail = 'names either a position or a time';
      return [{ pointer: '/params', code: 'INVALID_COMMAND', detail }];
    }
    return cursorFaults(params, 1);
  },

  async answer(history, params, { project, position: now }) {
    const { position = 0, time, prefix = '', limit = DEFAULT_LIMIT } = params;
    const from = readPastCursor(params, 1);
    const point = pointOf(from?.positions[0] ?? time ?? position, now);
    const past = await history.stateAt(point, prefixesOf({ project, prefix }));
    const { documents, next } = await readPage(past.load, { project, prefix, limit, from });
    const positions = [past.position];
    const cursor = next === undefined ? {} : { cursor: writePastCursor(params, { positions, ...next }) };
    return { position: past.position, time: past.time, documents, ...cursor };
  },
});
