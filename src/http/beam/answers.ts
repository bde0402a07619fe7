import type { FastifyReply, FastifyRequest } from 'fastify';
import { redactText } from '../../core/redact-text.js';
import { redact } from '../../core/redact.js';
import { hasCode, type Code } from '../../errors.js';
import type { Log } from '../../ports/system.js';
import { problemOf } from '../problem-reply.js';
import { BeamFault } from './fault.js';

const UNKNOWN_CALLER: readonly Code[] = [
  'UNAUTHENTICATED',
  'TICKET_MISSING',
  'TICKET_REFUSED',
  'TICKET_EXPIRED',
];

/** Answers with what went wrong as Pulsar Beam's clients know it: `{"error":"…"}`, or a word where Beam has one. */
export function sendBeamFault(
  error: unknown,
  {
    request,
    reply,
    log,
    maxBytes,
  }: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly log: Log;
    readonly maxBytes: number;
  },
): FastifyReply {
  if (error instanceof BeamFault) return reply.code(error.status).send({ error: redactText(error.message) });
  if (UNKNOWN_CALLER.some((code) => hasCode(error, code))) {
    const reason = redactText((error as Error).message)
      .replace(/[^\x20-\x7e]/g, '?')
      .replace(/["\\]/g, "'");
    return reply
      .code(401)
      .header('www-authenticate', `Bearer realm="stageline", error_description="${reason}"`)
      .type('text/plain; charset=utf-8')
      .send('Unauthorized');
  }
  const { status, code, detail, title, errors } = problemOf(error, maxBytes);
  if (status >= 500)
    log.error({ err: error, method: request.method, url: request.url, status }, 'request-failed');
  if (status === 429 || status === 503) void reply.header('retry-after', '2');
  if (status === 429) return reply.code(status).type('text/plain; charset=utf-8').send('Too many requests');
  const told = status === 413 ? 'message size exceeds MaxMessageSize: MessageTooBig' : (detail ?? title);
  return reply
    .code(status === 400 ? 422 : status)
    .type('application/json; charset=utf-8')
    .send(
      redact(
        {
          error: told,
          ...(status === 413 && detail !== undefined ? { detail } : {}),
          code,
          ...(errors === undefined ? {} : { errors }),
        },
        redactText,
      ),
    );
}
