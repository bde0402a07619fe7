import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../core/types.js';
import { AppError, hasCode } from '../../errors.js';
import type { OutgoingMessage } from '../../ports/bus.js';
import { createTopicAccess } from '../../core/topic-access.js';
import { asBearer } from '../beam/bearer.js';
import { commandMessage, type CommandMessage } from '../beam/command-message.js';
import { readMessageHeaders } from '../beam/message-headers.js';
import { payloadOf } from '../beam/payload.js';
import { checkCluster, topicToPublish, type TopicPath } from '../beam/topic.js';
import { BEAM_ENCODING, BEAM_FAULTS, BEAM_TOO_LARGE, PULSAR_URL, TOPIC_PATH } from '../beam-shapes.js';
import type { HttpDeps } from '../deps.js';
import { text } from '../shapes.js';

interface Publishing {
  Querystring: { readonly includeHeaders?: string };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The topic that a message is for. */
    topic: string;
  }
}

const QUERY = {
  type: 'object',
  properties: {
    mode: text('`async` is taken and changes nothing: the answer always says what became of the message.'),
    includeHeaders: text(
      'Unless it is `false`, the payload becomes `{"headers":{…},"body":"…"}`; Authorization and cookies are left out.',
    ),
  },
};
const DESCRIPTION =
  'The body, whatever it is, becomes the payload; with Content-Encoding: gzip it is inflated first. PulsarKey and PulsarProperties-<name> give key and properties. A command on the command topic is signed for the caller, or carries its own ticket.';
const ANSWERS = {
  200: {
    description: 'The message is stored.',
    headers: {
      PulsarMessageId: { description: 'Its id.', schema: { type: 'string' } },
      'X-Stageline-Command-Id': {
        description: 'On the command topic: the id under which GET /v1/commands/{id} has the reply.',
        schema: { type: 'string' },
      },
    },
    content: {},
  },
  ...BEAM_FAULTS,
  413: BEAM_TOO_LARGE,
  415: BEAM_ENCODING,
};

/** Messages go in here. */
export const beamPublishRoutes: FastifyPluginAsync<HttpDeps> = async (app, deps) => {
  const { callers, ids, clock, tickets, beam } = deps;
  const access = createTopicAccess(beam.own, beam.opened);
  const commandOptions = { limits: beam.commandLimits, ids, clock, tickets, whoAsks: beam.whoAsks };
  app.decorateRequest('topic', '');

  /** Before a body is read: what cannot be published is not even taken. */
  const check = async (request: FastifyRequest): Promise<void> => {
    const { headers, params } = request;
    const path = Object.keys(params as object).length === 0 ? undefined : (params as TopicPath);
    request.topic = topicToPublish(textOf(headers['topicfn']), path);
    const isCommands = access.isCommands(request.topic);
    // A command may say by its ticket who asks.
    if (headers.authorization === undefined && callers.required && isCommands) {
      app.credentials.beforeCheck(request);
      if (Number(headers['content-length'] ?? 0) > beam.commandLimits.maxBytes)
        throw new AppError('TOO_LARGE', `A command may have ${beam.commandLimits.maxBytes} bytes.`);
    } else {
      request.caller = await app.identify(request, asBearer(headers.authorization));
      access.checkPublish(request.topic, request.caller);
    }
    checkCluster(textOf(headers['pulsarurl']), beam.pulsarUrls);
  };

  /** A wrong ticket is a wrong credential. */
  const readCommand = async (request: FastifyRequest, payload: Buffer): Promise<CommandMessage> => {
    const caller = (request.caller as Actor | null) ?? undefined;
    try {
      return await commandMessage(payload, caller, commandOptions);
    } catch (error) {
      if (caller === undefined && hasCode(error, 'TICKET_REFUSED')) await app.credentials.wereBad(request);
      throw error;
    }
  };

  const publish = async (request: FastifyRequest<Publishing>, reply: FastifyReply): Promise<FastifyReply> => {
    const { topic, headers } = request;
    const isCommands = access.isCommands(topic);
    const { maxMessageBytes } = beam.bus;
    const payload = await payloadOf(
      {
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        headers,
        includeHeaders: request.query.includeHeaders,
      },
      isCommands ? Math.min(beam.commandLimits.maxBytes, maxMessageBytes) : maxMessageBytes,
    );
    let message: OutgoingMessage;
    if (isCommands) {
      const command = await readCommand(request, payload);
      ({ message } = command);
      void reply.header('X-Stageline-Command-Id', command.id);
    } else {
      message = { payload, ...readMessageHeaders(request.raw.rawHeaders) };
    }
    const stored = await beam.send(topic, {
      ...message,
      properties: { ...message.properties, PulsarBeamId: ids.uuid() },
      eventTime: clock.now(),
    });
    return reply.code(200).header('PulsarMessageId', stored.id).send();
  };

  const options = (operationId: string, path?: typeof TOPIC_PATH) => ({
    // Pulsar Beam's tokens may be bare, and commands may bring a ticket in place of one: `check` asks.
    config: { needs: 'nothing' as const },
    bodyLimit: beam.bus.maxMessageBytes,
    onRequest: check,
    schema: {
      operationId,
      summary: 'Publish a message, as with Pulsar Beam',
      description: DESCRIPTION,
      ...(path === undefined ? {} : { params: path }),
      headers: {
        type: 'object',
        properties: {
          TopicFn: text('The topic, by its full or short name; it wins over the path.'),
          PulsarUrl: PULSAR_URL,
        },
      },
      querystring: QUERY,
      response: ANSWERS,
      ownFaults: true as const,
    },
  });
  app.post<Publishing>('/v1/firehose', options('beamPublishByHeader'), publish);
  app.post<Publishing>(
    '/v2/firehose/:persistent/:tenant/:namespace/:topic',
    options('beamPublish', TOPIC_PATH),
    publish,
  );
};

function textOf(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}
