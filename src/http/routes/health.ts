import type { FastifyPluginAsync } from 'fastify';
import { redact } from '../../core/redact.js';
import type { Check } from '../../core/status.js';
import type { HttpDeps } from '../deps.js';
import type { Callers } from '../../ports/identity.js';
import { HEALTH, READINESS, SERVICE_STATUS } from '../shapes.js';

/** How the service is: for people, and for what starts and stops it. */
export const healthRoutes: FastifyPluginAsync<HttpDeps> = async (app, { status, callers, log, clock }) => {
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
    async () => redact(await status()),
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
    async (request, reply) => {
      const checks = await status().then(
        (all) => all.checks,
        (error: unknown): Check[] => {
          log.error({ err: error }, 'status-failed');
          return [{ name: 'status', ok: false, detail: 'The status cannot be told; the log says why.' }];
        },
      );
      const ready = checks.every(({ ok }) => ok);
      const told = (await isKnown(callers, request.headers.authorization))
        ? checks
        : checks.map(withoutDetail);
      return reply.code(ready ? 200 : 503).send(redact({ ready, checks: told }));
    },
  );
};

/** Whatever starts and stops the service has no token: it is told which checks there are and whether they are well. */
const withoutDetail = ({ name, ok }: Check): Check => ({
  name,
  ok,
  detail: 'told to those who are known; send a bearer token',
});

function isKnown(callers: Callers, authorization: string | undefined): Promise<boolean> {
  if (!callers.required) return Promise.resolve(true);
  if (authorization === undefined) return Promise.resolve(false);
  return callers.identify(authorization).then(
    () => true,
    () => false,
  );
}
