import type { FastifyPluginAsync } from 'fastify';
import type { HttpDeps } from '../deps.js';

const NEXT = [
  ['README.md', 'the way in: set-up and the main job, step by step (in the repository)'],
  ['/v1/openapi.json', 'every route, command and answer'],
  ['/v1/sealing-keys', 'the public keys that secrets are sealed to'],
  ['/v1/status', 'what this instance is and how it stands'],
  ['/readyz', 'whether it can do its work, and why not'],
  ['/v1/documents', 'functions, stage sets, releases, deployments, environments'],
  ['/v1/audit', 'who asked for what, when, and how it ended'],
  ['/v1/journal', 'the records of the journal, byte for byte'],
  ['/v1/events', 'events as they happen (server-sent events)'],
] as const;

const row = ([where, what]: (typeof NEXT)[number]): string =>
  `<dt>${where.startsWith('/') ? `<a href="${where}">${where}</a>` : where}</dt><dd>${what}</dd>`;

/** Said loudly, since it is what everything else rests on. */
const UNGUARDED =
  '<p><strong>Nobody is asked who they are: every caller is "local" and may do everything.</strong></p>';

const page = (guarded: boolean): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Stageline</title>
<h1>Stageline</h1>
<p>Self-service CI/CD for Apache Pulsar Functions. Commands go to <code>POST /v1/commands</code>.</p>
${guarded ? '' : UNGUARDED}
<dl>${NEXT.map(row).join('\n')}</dl>
</html>
`;

/** Says where to go next: a page for browsers, JSON for anything else. */
export const rootRoute: FastifyPluginAsync<HttpDeps> = async (app, { callers }) => {
  app.get(
    '/',
    {
      config: { needs: 'nothing' },
      schema: {
        operationId: 'getStart',
        summary: 'Where to go next',
        response: {
          200: {
            description: 'A page for browsers, JSON for anything else.',
            content: {
              'application/json': { schema: { type: 'object' } },
              'text/html': { schema: { type: 'string' } },
            },
          },
        },
      },
    },
    async (request, reply) => {
      if (request.headers.accept?.includes('text/html') !== true) {
        return { service: 'stageline', next: Object.fromEntries(NEXT) };
      }
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'")
        .send(page(callers.required));
    },
  );
};
