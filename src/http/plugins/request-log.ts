import fp from 'fastify-plugin';
import type { Log } from '../../ports/system.js';

/** One line a request, when it is over. */
export const requestLog = fp<{ log: Log }>(
  async (app, { log }) => {
    app.addHook('onResponse', async (request, reply) => {
      const ms = Math.round(reply.elapsedTime);
      log.debug({ method: request.method, url: request.url, status: reply.statusCode, ms }, 'request');
    });
  },
  { name: 'request-log' },
);
