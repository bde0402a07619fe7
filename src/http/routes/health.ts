import type { FastifyPluginAsync } from 'fastify';
import type { Check } from '../../core/status.js';
import type { HttpDeps } from '../deps.js';
import { HEALTH, READINESS, SERVICE_STATUS } from '../shapes.js';

/** How the service is: for people, and for what starts and stops it. */
export const healthRoutes: FastifyPluginAsync<HttpDeps> = async (app, { status, log, clock }) => {
  app.get(
    '/v1/status',
    {
      config: { needs: { role: 'viewer' } },
      schema: {
        operationId: 'getStatus',
        summary: 'What this instance is and how it stands',
        response: { 200: SERVICE_STATUS },
      },
    },
    async () => status(),
  );

  app.get(
    '/healthz',
    {
      config: { needs: 'nothing' },
      schema: { operationId: 'getHealth', summary: 'The process serves', response: { 200: HEALTH } },
    },
    async () => ({ status: 'ok', time: new Date(clock.now()).toISOString() }),
  );

  app.get(
    '/readyz',
    {
      config: { needs: 'nothing' },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether this instance can do its work, and why not',
        response: { 200: READINESS, 503: READINESS },
      },
    },
    async (_request, reply) => {
      const checks = await status().then(
        (all) => all.checks,
        (error: unknown): Check[] => {
          log.error({ err: error }, 'status-failed');
          return [{ name: 'status', ok: false, detail: 'The status cannot be told; the log says why.' }];
        },
      );
      const ready = checks.every(({ ok }) => ok);
      return reply.code(ready ? 200 : 503).send({ ready, checks });
    },
  );
};
