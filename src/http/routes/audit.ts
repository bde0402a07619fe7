import { Readable } from 'node:stream';
import type { FastifyPluginAsync } from 'fastify';
import { mayNot } from '../../core/authorise.js';
import { AUDIT_LIMIT, MAX_AUDIT_LIMIT, readAuditPage, type AuditPage } from '../../core/audit-page.js';
import { readAuditRequest } from '../../core/audit-request.js';
import type { Load } from '../../core/decision.js';
import { redact } from '../../core/redact.js';
import type { GetAuditLogParams, ProblemItem } from '../../core/types.js';
import { AppError } from '../../errors.js';
import { schemas } from '../../generated/schemas.js';
import { AUDIT_FORMATS, exported, EXPORTS, formatFor, type AuditFormat } from '../audit-export.js';
import { STREAM_LIMITS, type HttpDeps } from '../deps.js';
import { BAD_REQUEST } from '../problem-reply.js';
import { AUDIT_ENTRY, AUDIT_PAGE } from '../shapes.js';

/** Exports at once: each reads the log as fast as its client takes it. */
const MAX_EXPORTS = 8;

type AuditHttpQuery = GetAuditLogParams & { readonly project?: string; readonly format?: AuditFormat };

const { allProjects, limit, ...filters } = schemas['get-audit-log.json'].properties;
const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...filters,
    project: {
      type: 'string',
      maxLength: 63,
      description: 'The project; default where nothing is said.',
    },
    allProjects: {
      ...allProjects,
      description: 'Every project, and what the service recorded on its own account.',
    },
    limit: {
      type: 'integer',
      minimum: limit.minimum,
      maximum: Number.MAX_SAFE_INTEGER,
      description: `At most so many entries. A page of JSON: at most ${MAX_AUDIT_LIMIT}, ${AUDIT_LIMIT} where nothing is said; it may hold fewer, even none, and still name a cursor. NDJSON and CSV: all where nothing is said.`,
    },
    format: {
      type: 'string',
      enum: AUDIT_FORMATS,
      description: 'A page of JSON, or all of it as NDJSON or CSV; it wins over Accept.',
    },
  },
};

/** The audit log, read from the documents: no turn of the writer is needed for it. */
export const auditRoutes: FastifyPluginAsync<HttpDeps> = async (app, { reads, log, streams }) => {
  const { stalledMs } = { ...STREAM_LIMITS, ...streams };
  const load: Load = {
    get: (ids) => reads.getMany(ids),
    range: (prefix, range) => reads.range(prefix, range),
  };
  let underWay = 0;

  app.get<{ Querystring: AuditHttpQuery }>(
    '/v1/audit',
    {
      exposeHeadRoute: false,
      config: { needs: { role: 'viewer' } },
      schema: {
        operationId: 'readAuditLog',
        summary: 'Who asked for what, when, and how it ended',
        description:
          'One entry for each record of the journal that passes the filters; rejected, denied and failed commands are in it, queries and dry runs are not. NDJSON and CSV (?format= or Accept) are the whole result in one answer.',
        querystring: QUERY,
        response: {
          200: {
            description: 'A page, or the whole result.',
            content: {
              'application/json': { schema: AUDIT_PAGE },
              'application/x-ndjson': { schema: AUDIT_ENTRY },
              'text/csv': { schema: { type: 'string' } },
            },
          },
        },
        problems: ['TOO_MANY_REQUESTS', 'ENGINE_UNAVAILABLE'],
      },
    },
    async (request, reply) => {
      const { project = 'default', format: asked, limit: most, ...query } = request.query;
      const everyProject = query.allProjects === true;
      const denied = mayNot(request.caller, { role: 'viewer', project: everyProject ? undefined : project });
      if (denied !== undefined) throw new AppError('DENIED', denied.detail ?? denied.title);
      const format = formatFor(asked, request.headers.accept);
      if (format === 'json' && (most ?? 0) > MAX_AUDIT_LIMIT) {
        const detail = `must be <= ${MAX_AUDIT_LIMIT} for a page of JSON`;
        throw refused([{ pointer: '/query/limit', code: BAD_REQUEST, detail }]);
      }
      const read = async (cursor: string | undefined, entries: number): Promise<AuditPage> => {
        const asking = { ...query, ...(cursor === undefined ? {} : { cursor }) };
        const found = readAuditRequest(asking, { project, at: '/query', code: BAD_REQUEST });
        if (!found.ok) throw refused(found.faults);
        const head = found.from?.position ?? (await reads.position());
        return redact(
          await readAuditPage(load, { ...found, head, limit: Math.min(entries, MAX_AUDIT_LIMIT) }),
        );
      };

      if (format === 'json') return read(query.cursor, most ?? AUDIT_LIMIT);
      if (underWay >= MAX_EXPORTS) {
        throw new AppError('TOO_MANY_REQUESTS', `${MAX_EXPORTS} exports are under way; try again later.`);
      }
      underWay += 1;
      reply.raw.once('close', () => (underWay -= 1));
      const limit = most ?? Number.MAX_SAFE_INTEGER;
      const text = exported({
        format,
        first: await read(query.cursor, limit),
        next: read,
        limit,
        // A client that takes nothing is cut off; one that waits for something rare is not.
        onPage: () => request.raw.socket.setTimeout(stalledMs),
      });
      const body = Readable.from(text, { highWaterMark: 1 });
      body.once('error', (error) => log.error({ err: error, url: request.url }, 'export-failed'));
      return reply.type(EXPORTS[format].type).send(body);
    },
  );
};

function refused(errors: ProblemItem[]): AppError {
  return new AppError(BAD_REQUEST, 'The query of this request is not right.', { errors });
}
