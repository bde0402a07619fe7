import fp from 'fastify-plugin';
import type { HttpMeter } from '../../ports/http-meter.js';

/** Tells the meter how long commands take, and how many event streams are open. */
export const requestMeter = fp<{ meter: HttpMeter }>(
  async (app, { meter }) => {
    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.url !== '/v1/events') return;
      meter.eventStreams(1);
      // A stream has no end that a hook would be told of.
      reply.raw.once('close', () => meter.eventStreams(-1));
    });
    app.addHook('onResponse', async (request, reply) => {
      if (request.method === 'POST' && request.routeOptions.url === '/v1/commands')
        meter.commandAnswered(reply.statusCode, reply.elapsedTime / 1_000);
    });
  },
  { name: 'request-meter' },
);
