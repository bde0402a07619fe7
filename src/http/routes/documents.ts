import type { FastifyPluginAsync } from 'fastify';
import { AppError } from '../../errors.js';
import type { ReadOptions } from '../../ports/reads.js';
import type { HttpDeps } from '../deps.js';
import { visible } from '../visible-documents.js';
import { isReadable, listDocuments, type ListQuery } from '../document-kinds.js';
import { DOCUMENT, DOCUMENT_PAGE, positionQuery, waitMsQuery } from '../shapes.js';

const AFTER = {
  after: positionQuery('Wait until the documents have reached this position: a caller reads its own writes.'),
  waitMs: waitMsQuery,
};

interface After {
  readonly after?: number;
  readonly waitMs: number;
}

function waitFor({ after, waitMs }: After): ReadOptions {
  return { waitMs, ...(after === undefined ? {} : { after }) };
}

/** Documents by id and by key range. */
export const documentRoutes: FastifyPluginAsync<HttpDeps> = async (app, { reads }) => {
  app.get<{ Querystring: ListQuery & After }>(
    '/v1/documents',
    {
      config: { needs: { role: 'viewer' } },
      schema: {
        operationId: 'listDocuments',
        summary: 'Documents whose id starts with a prefix',
        description:
          'In the order of their ids, page by page, as far as the caller may see them: a page may hold fewer than asked for, even none, and still name a cursor. Audit documents only with a prefix that begins with audit:.',
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            prefix: { type: 'string', maxLength: 600, default: '', description: 'Only ids that start so.' },
            limit: {
              type: 'integer',
              minimum: 1,
              maximum: 1000,
              default: 100,
              description: 'At most so many.',
            },
            cursor: { type: 'string', maxLength: 4000, description: 'The cursor of the page before.' },
            ...AFTER,
          },
        },
        response: { 200: DOCUMENT_PAGE },
        problems: ['NOT_REACHED', 'ENGINE_UNAVAILABLE'],
      },
    },
    async (request) => {
      const page = await listDocuments(reads, request.query, waitFor(request.query));
      return { ...page, documents: await visible(reads, request.caller, page.documents) };
    },
  );

  app.get<{ Params: { '*': string }; Querystring: After }>(
    '/v1/documents/*',
    {
      config: { needs: { role: 'viewer' } },
      schema: {
        operationId: 'getDocument',
        summary: 'One document',
        description:
          'Everything after the prefix is the id, slashes plain or as %2F. ETag is the position of the last record that changed it.',
        params: {
          type: 'object',
          properties: {
            '*': { type: 'string', description: 'The id, for example release:default:test:00000001.' },
          },
          required: ['*'],
        },
        querystring: { type: 'object', additionalProperties: false, properties: AFTER },
        response: { 200: DOCUMENT, 304: { description: 'Not changed since the position in If-None-Match.' } },
        problems: ['NOT_FOUND', 'NOT_REACHED', 'ENGINE_UNAVAILABLE'],
      },
    },
    async (request, reply) => {
      const id = request.params['*'];
      const found = isReadable(id) ? await reads.get(id, waitFor(request.query)) : undefined;
      const [seen] = found === undefined ? [] : await visible(reads, request.caller, [found]);
      // What somebody may not see is not told apart from what is not there.
      if (seen === undefined) throw new AppError('NOT_FOUND', `There is no document "${id}".`);
      const etag = `"${seen.position}"`;
      void reply.header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return seen;
    },
  );
};
