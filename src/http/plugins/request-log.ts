import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Log } from '../../ports/system.js';

/** One line a request, when it is over. */
export const requestLog = fp<{ log: Log }>(
  async (app, { log }) => {
    const began = new WeakMap<FastifyRequest, number>();
    const line = (request: FastifyRequest, status: number | 'aborted'): void => {
      const ms = Math.round(performance.now() - (began.get(request) ?? performance.now()));
      log.debug({ method: request.method, url: request.url, status, ms }, 'request');
    };
    app.addHook('onRequest', async (request) => {
      began.set(request, performance.now());
    });
    app.addHook('onResponse', async (request, reply: FastifyReply) => line(request, reply.statusCode));
    app.addHook('onRequestAbort', async (request) => line(request, 'aborted'));
  },
  { name: 'request-log' },
);
