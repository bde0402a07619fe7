import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { AppError } from '../../errors.js';
import type { Log } from '../../ports/system.js';
import { problemOf, sendProblem } from '../problem-reply.js';
import { methodsFor, type RouteNote } from '../route-notes.js';

export interface ProblemsOptions {
  readonly log: Log;
  readonly routes: readonly RouteNote[];
  readonly maxBytes: number;
}

/** Every refusal and every failure is answered as application/problem+json, before a body is read where that is possible. */
export const problems = fp<ProblemsOptions>(
  async (app, { log, routes, maxBytes }) => {
    app.setErrorHandler((error, request, reply) => {
      const told = problemOf(error, maxBytes);
      if (told.status >= 500) {
        const facts = { err: error, method: request.method, url: request.url, status: told.status };
        log.error(facts, 'request-failed');
      }
      return sendProblem(reply, told);
    });

    app.addHook('onRequest', async (request, reply) => {
      if (!request.is404) return;
      const allowed = methodsFor(routes, pathOf(request));
      if (allowed.length === 0) throw new AppError('NOT_FOUND', notFound(request));
      void reply.header('allow', allowed.join(', '));
      throw new AppError('METHOD_NOT_ALLOWED', `${pathOf(request)} takes ${allowed.join(', ')}.`);
    });
    // The hook above is faster; without a handler of ours the framework would warn about its own.
    app.setNotFoundHandler((request) => {
      throw new AppError('NOT_FOUND', notFound(request));
    });
  },
  { name: 'problems' },
);

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function notFound(request: FastifyRequest): string {
  return `There is nothing at ${pathOf(request)}; GET /v1/openapi.json says what there is.`;
}
