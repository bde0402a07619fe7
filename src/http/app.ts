import cors, { type FastifyCorsOptions } from '@fastify/cors';
import fastify, { type FastifyInstance } from 'fastify';
import type { HttpDeps } from './deps.js';
import { closing } from './plugins/closing.js';
import { hostGuard } from './plugins/host-guard.js';
import { identity } from './plugins/identity.js';
import { jsonBody } from './plugins/json-body.js';
import { problems } from './plugins/problems.js';
import { rateLimits } from './plugins/rate-limits.js';
import { requestLog } from './plugins/request-log.js';
import { requestMeter } from './plugins/request-meter.js';
import { SECURITY_HEADERS, securityHeaders } from './plugins/security-headers.js';
import { answerBrokenRequest, answerExpectation } from './broken-request.js';
import { problemOf, sendProblem } from './problem-reply.js';
import { noteRoutes } from './route-notes.js';
import { auditRoutes } from './routes/audit.js';
import { beamRoutes } from './routes/beam.js';
import { commandRoutes } from './routes/commands.js';
import { deadLetterRoutes } from './routes/dead-letters.js';
import { documentRoutes } from './routes/documents.js';
import { eventRoutes } from './routes/events.js';
import { healthRoutes } from './routes/health.js';
import { jobRoutes } from './routes/jobs.js';
import { journalRoutes } from './routes/journal.js';
import { openApiRoute } from './routes/openapi.js';
import { sealingKeyRoute } from './routes/sealing-keys.js';
import { rootRoute } from './routes/root.js';
import { ticketRoutes } from './routes/tickets.js';

/** How long a request may take to come in, and its headers alone. */
const REQUEST_MS = 60_000;
const HEADERS_MS = 15_000;
const MAX_HEADER_BYTES = 32 * 1024;

/** Pages of these origins may ask, with a token of their own; no cookie is ever read. */
const corsOptions = (origins: readonly string[]): FastifyCorsOptions => ({
  origin: [...origins],
  methods: ['GET', 'POST', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'last-event-id', 'if-none-match'],
  exposedHeaders: ['etag', 'location', 'retry-after'],
  credentials: false,
  maxAge: 600,
});

/** Wires the HTTP part together; it does not listen. */
export function buildApp(deps: HttpDeps): FastifyInstance {
  const maxBytes = deps.settings.maxCommandBytes;
  const app = fastify({
    logger: false,
    bodyLimit: maxBytes,
    // A request that does not come to its end is dropped, whoever sends it byte by byte.
    requestTimeout: REQUEST_MS,
    // Without a Host: refused by the guard, with a reason, and not by Node without one.
    http: { headersTimeout: HEADERS_MS, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
    trustProxy: deps.settings.trustedProxies.length === 0 ? false : [...deps.settings.trustedProxies],
    // Event streams never end by themselves: a close that waited for them would hang.
    forceCloseConnections: true,
    // Said by the plugin `closing` instead, as a problem.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1_000 },
    ajv: { customOptions: { allErrors: true, removeAdditional: false, coerceTypes: 'array' } },
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply.headers(SECURITY_HEADERS), problemOf(error, maxBytes));
    },
    clientErrorHandler: answerBrokenRequest,
  });
  app.server.on('checkExpectation', answerExpectation);
  // Schemas of answers describe them and are held to by tests; at run time they must not drop what they do not know.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));

  const routes = noteRoutes(app);
  void app.register(securityHeaders);
  void app.register(requestLog, { log: deps.log });
  if (deps.meter !== undefined) void app.register(requestMeter, { meter: deps.meter });
  // Before `problems`: a foreign caller is not even told what there is.
  void app.register(hostGuard, { settings: deps.settings });
  void app.register(problems, { log: deps.log, routes, maxBytes });
  const { corsOrigins } = deps.settings;
  if (corsOrigins.length > 0) void app.register(cors, corsOptions(corsOrigins));
  void app.register(rateLimits, { perMinute: deps.callers.required ? deps.settings.requestsPerMinute : 0 });
  void app.register(identity, { callers: deps.callers, log: deps.log });
  void app.register(closing);
  void app.register(jsonBody);

  void app.register(commandRoutes, deps);
  void app.register(ticketRoutes, deps);
  void app.register(documentRoutes, deps);
  void app.register(deadLetterRoutes, deps);
  void app.register(auditRoutes, deps);
  void app.register(eventRoutes, deps);
  void app.register(journalRoutes, deps);
  void app.register(jobRoutes, deps);
  void app.register(healthRoutes, deps);
  void app.register(sealingKeyRoute, deps);
  void app.register(openApiRoute, { ...deps, routes });
  void app.register(beamRoutes, deps);
  void app.register(rootRoute, deps);
  return app;
}
