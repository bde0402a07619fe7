import { accept, defineCommand } from '../core/decision.js';
import type { GetAllDataParams } from '../core/types.js';
import { readCursor, writeCursor, type Cursor } from './shared/page-cursor.js';
import { readPage, type Page } from './shared/project-pages.js';

const DEFAULT_LIMIT = 500;

interface State {
  readonly page: Page;
  /** Where following the events has to begin. */
  readonly followFrom: number;
}

/**
 * The project's documents, page by page. The first page's `followFrom` stays in the cursor: the pages plus the events after
 * it give the present state, since every document carries the position of its last change.
 *
 * Without a prefix: environments, functions, stage sets, staged entries, releases, deployments. With one also `project:`,
 * `proof:` and `content:` (of functions that are the project's today); never audit, answers, effects or what is no document.
 */
export const getAllData = defineCommand<GetAllDataParams, State>({
  name: 'get-all-data',
  summary: "Reads the project's documents, page by page.",
  schema: 'get-all-data.json',
  kind: 'query',
  role: 'viewer',
  refusals: [],

  check: ({ cursor, prefix }) =>
    cursor === undefined || readCursor(cursor, prefix) !== undefined
      ? []
      : [
          {
            pointer: '/params/cursor',
            code: 'INVALID_COMMAND',
            detail: 'is no cursor of a page with this prefix; leave it out to begin anew',
          },
        ],

  async load(load, { cursor, prefix = '', limit = DEFAULT_LIMIT }, { project, position }) {
    const from: Cursor | undefined = cursor === undefined ? undefined : readCursor(cursor, prefix);
    const page = await readPage(load, { project, prefix, limit, from });
    return { page, followFrom: from?.followFrom ?? position };
  },

  decide({ page, followFrom }, { prefix = '' }) {
    const cursor =
      page.next === undefined ? {} : { cursor: writeCursor({ ...page.next, prefix, followFrom }) };
    return accept([], { documents: page.documents, ...cursor, followFrom });
  },
});
