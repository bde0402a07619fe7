import type { FastifyPluginAsync } from 'fastify';
import { commandHash } from '../../core/canonical.js';
import { isObject } from '../../core/merge-patch.js';
import { AppError } from '../../errors.js';
import { checkCommand } from '../check-command.js';
import type { HttpDeps } from '../deps.js';
import { prepareCommand } from '../prepare-command.js';
import { BAD_REQUEST } from '../problem-reply.js';
import { SIGNED_COMMAND } from '../shapes.js';

/** Tickets for scripts that put commands on the topic themselves. */
export const ticketRoutes: FastifyPluginAsync<HttpDeps> = async (app, { tickets, ids, beam }) => {
  app.post(
    '/v1/tickets',
    {
      config: { needs: 'caller' },
      schema: {
        operationId: 'signCommand',
        summary: 'Sign a command, to put it on the topic oneself',
        description:
          'Completes the command and gives a ticket that is good for it alone, and for minutes: in the message property "ticket", or in the command\'s field of that name. Nothing is sent and nothing decided.',
        response: { 200: SIGNED_COMMAND },
        problems: ['INVALID_JSON', 'INVALID_COMMAND', 'TOO_LARGE', 'TOO_DEEP', 'UNSUPPORTED_MEDIA_TYPE'],
      },
    },
    async ({ body, caller }) => {
      if (!isObject(body))
        throw new AppError(BAD_REQUEST, 'A command is a JSON object with "command" and "params".');
      if (tickets === undefined)
        throw new AppError(BAD_REQUEST, 'Nobody is asked who they are here: commands need no ticket.');
      const { ticket: _ticket, ...given } = body;
      const { command, id } = prepareCommand(given, ids);
      // On the topic it could only become a dead letter.
      checkCommand(Buffer.from(JSON.stringify(command)), beam.commandLimits);
      return { command, ticket: await tickets.sign(caller, { id, hash: commandHash(command) }) };
    },
  );
};
