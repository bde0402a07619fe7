import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { isObject } from '../../core/merge-patch.js';
import { redact } from '../../core/redact.js';
import type { Reply } from '../../core/types.js';
import { AppError, hasCode, problem } from '../../errors.js';
import type { HttpDeps } from '../deps.js';
import { BAD_REQUEST, sendProblem } from '../problem-reply.js';
import { REPLY, waitMsQuery, WAITING } from '../shapes.js';

/** HTTP status by how the command ended. */
const STATUS: Record<Reply['status'], number> = {
  ok: 200,
  invalid: 400,
  denied: 403,
  rejected: 409,
  failed: 500,
};

const pathFor = (id: string): string => `/v1/commands/${encodeURIComponent(id)}`;

function sendWaiting(reply: FastifyReply, id: string): FastifyReply {
  return reply.code(202).header('location', pathFor(id)).send({ id, status: 'waiting' });
}

/** Commands go in here, and the replies of those that took longer come out. */
export const commandRoutes: FastifyPluginAsync<HttpDeps> = async (app, { door, log }) => {
  app.post<{ Querystring: { waitMs: number } }>(
    '/v1/commands',
    {
      config: { needs: 'caller' },
      schema: {
        operationId: 'sendCommand',
        summary: 'Send a command',
        description:
          'Puts the command on the command topic and waits for its reply. An id makes sending it again safe: the same id gets the first reply.',
        querystring: { type: 'object', additionalProperties: false, properties: { waitMs: waitMsQuery } },
        response: { 200: REPLY, 202: WAITING, 400: REPLY, 403: REPLY, 409: REPLY, 500: REPLY },
        problems: [
          'INVALID_JSON',
          'INVALID_COMMAND',
          'ID_REUSED',
          'TOO_LARGE',
          'UNSUPPORTED_MEDIA_TYPE',
          'ENGINE_UNAVAILABLE',
        ],
      },
    },
    async (request, reply) => {
      if (request.body === undefined) {
        throw request.headers['content-type'] === undefined
          ? new AppError(
              'UNSUPPORTED_MEDIA_TYPE',
              'Send a command as JSON with Content-Type: application/json.',
            )
          : new AppError('INVALID_JSON', 'The body is empty; it must be a command as JSON.');
      }
      if (!isObject(request.body)) {
        const detail = 'A command is a JSON object with "command" and "params".';
        throw new AppError(BAD_REQUEST, detail, { errors: [{ pointer: '', code: BAD_REQUEST, detail }] });
      }
      try {
        const sent = await door.send(request.body, {
          caller: request.caller,
          waitMs: request.query.waitMs,
        });
        if (sent.reply === undefined) return await sendWaiting(reply, sent.id);
        return await reply.code(STATUS[sent.reply.status]).send(redact(sent.reply));
      } catch (error) {
        if (!hasCode(error, 'ENGINE_UNAVAILABLE')) throw error;
        log.error({ err: error, method: request.method, url: request.url, status: 503 }, 'request-failed');
        const detail = 'The command topic cannot be reached; the command was not sent. Send it again later.';
        return sendProblem(reply, problem('ENGINE_UNAVAILABLE', detail));
      }
    },
  );

  app.get<{ Params: { id: string } }>(
    '/v1/commands/:id',
    {
      config: { needs: 'caller' },
      schema: {
        operationId: 'getReply',
        summary: 'The reply to a command',
        description:
          'Answers 200 with the reply whatever its status, 202 while this instance waits for it; to whoever sent the command, 404 to others. What was refused because nobody is known to have asked leaves no reply here: it is a dead letter. That a known caller was denied is told as long as it is among the newest 200 records, or for ten minutes where it was sent.',
        params: {
          type: 'object',
          properties: { id: { type: 'string', description: "The command's id." } },
          required: ['id'],
        },
        response: { 200: REPLY, 202: WAITING },
        problems: ['NOT_FOUND', 'ENGINE_UNAVAILABLE'],
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const known = await door.find(id, request.caller);
      if (known.state === 'answered') return reply.send(redact(known.reply));
      if (known.state === 'waiting') return sendWaiting(reply, id);
      throw new AppError(
        'NOT_FOUND',
        `No reply to "${id}" is known: it is not in the journal. Send the command again with the same id.`,
      );
    },
  );
};
