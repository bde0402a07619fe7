import { AUDIT_LIMIT, readAuditPage, type AuditPage } from '../core/audit-page.js';
import { readAuditRequest, type AuditOrigin } from '../core/audit-request.js';
import { accept, defineCommand } from '../core/decision.js';
import type { GetAuditLogParams } from '../core/types.js';

const origin = (project: string): AuditOrigin => ({ project, at: '/params', code: 'INVALID_COMMAND' });

/**
 * The audit log, page by page: one entry for each record that passes the filters, the newest first. A page looks at a
 * bounded number of records and may be empty before the last one.
 *
 * `GET /v1/audit` gives the same pages without a turn of the writer.
 */
export const getAuditLog = defineCommand<GetAuditLogParams, AuditPage>({
  name: 'get-audit-log',
  summary: 'Reads the audit log, page by page: who asked for what, when, and how it ended.',
  schema: 'get-audit-log.json',
  kind: 'query',
  role: 'viewer',
  everyProject: ({ allProjects }) => allProjects === true,
  refusals: [],

  check(params, { project }) {
    const request = readAuditRequest(params, origin(project));
    return request.ok ? [] : request.faults;
  },

  async load(load, params, { project, position }) {
    const request = readAuditRequest(params, origin(project));
    if (!request.ok) throw new TypeError('get-audit-log was not checked before it was loaded');
    return readAuditPage(load, { ...request, limit: params.limit ?? AUDIT_LIMIT, head: position });
  },

  decide: (page) => accept([], { ...page }),
});
