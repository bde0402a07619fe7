import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { pause } from '../../core/pause.js';
import { AppError } from '../../errors.js';
import { createTopicAccess, type Shows } from '../../core/topic-access.js';
import { asBearer } from '../beam/bearer.js';
import { BeamFault } from '../beam/fault.js';
import { polledMessage } from '../beam/frames.js';
import { collect } from '../beam/poll.js';
import { openSource, type Source } from '../beam/source.js';
import { writeMessages } from '../beam/stream.js';
import { integerOr, readSubscribing, type Subscribing } from '../beam/subscription.js';
import { checkCluster, topicOfPath, type TopicPath } from '../beam/topic.js';
import { createTurnstile } from '../beam/turnstile.js';
import {
  BEAM_BATCH,
  BEAM_BUSY,
  BEAM_FAULTS,
  BEAM_TAKEN,
  SUBSCRIPTION_HEADERS,
  TOPIC_PATH,
} from '../beam-shapes.js';
import { BEAM_LIMITS, STREAM_LIMITS, type HttpDeps } from '../deps.js';
import { openStream } from '../open-stream.js';
import { text } from '../shapes.js';

/** How long the close of the service waits for streams to end. */
const CLOSE_MS = 1_000;
const DEFAULT_BATCH = 10;
const DEFAULT_PER_MESSAGE_MS = 300;
const MESSAGE_ID = /^[\x21-\x7e]{1,200}$/;

interface Polling {
  Querystring: { readonly batchSize?: string; readonly perMessageTimeoutMs?: string };
}

/** A request to consume that may be served. */
interface Consuming {
  readonly topic: string;
  readonly subscribing: Subscribing;
  readonly shows: Shows;
}

/** Messages come out here. */
export const beamConsumeRoutes: FastifyPluginAsync<HttpDeps> = async (app, deps) => {
  const { callers, beam, log } = deps;
  const limits = { ...STREAM_LIMITS, ...BEAM_LIMITS, ...deps.streams, ...beam.limits };
  const access = createTopicAccess(beam.own, beam.opened);
  // Where nobody is asked who he is, everybody is one caller.
  const maxEach = callers.required ? limits.maxOpenEach : limits.maxOpen;
  const turnstile = createTurnstile({ max: limits.maxOpen, maxEach });
  /** What ends when the service closes. */
  const open = new Set<() => void>();

  app.addHook('preClose', async () => {
    for (const end of open) end();
    for (let waited = 0; open.size > 0 && waited < CLOSE_MS; waited += 10) await pause(10);
  });

  const identify = async (request: FastifyRequest): Promise<void> => {
    request.caller = await app.identify(request, asBearer(request.headers.authorization));
  };

  const read = ({ params, headers, caller }: FastifyRequest): Consuming => {
    const topic = topicOfPath(params as TopicPath);
    checkCluster(String(headers['pulsarurl'] ?? ''), beam.pulsarUrls);
    const subscribing = readSubscribing(headers);
    const shows = access.checkConsume(topic, caller);
    // What it does not show would be acknowledged, for everybody who shares the name.
    if (shows !== undefined && subscribing.name !== undefined)
      throw new AppError(
        'DENIED',
        `"${caller.name}" may read the answers to itself on ${topic}, and no others: leave SubscriptionName out.`,
      );
    return { topic, subscribing, shows };
  };

  const stream = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { topic, subscribing, shows } = read(request);
    const authorization = asBearer(request.headers.authorization);
    const after = lastMessage(request.headers['last-event-id']);
    const leave = turnstile.enter(request.caller.name);
    let source: Source;
    try {
      source = await openSource({ ...limits, bus: beam.bus, topic, subscribing, position: 'latest', after });
    } catch (error) {
      leave();
      throw error;
    }
    const opened = openStream({
      request,
      reply,
      limits,
      contentType: 'text/event-stream',
      recheck: async () => access.checkConsume(topic, await callers.identify(authorization)),
    });
    const { out, gone, signal } = opened;
    const end = (): void => opened.abort();
    open.add(end);
    const { heartbeatMs, settleMs } = limits;
    void writeMessages({ source, out, shows, heartbeatMs, settleMs, gone, signal, log }).then(() => {
      out.end();
      open.delete(end);
      leave();
    });
  };

  const poll = async (request: FastifyRequest<Polling>, reply: FastifyReply): Promise<FastifyReply> => {
    const { topic, subscribing, shows } = read(request);
    const size = integerOr(request.query.batchSize, DEFAULT_BATCH);
    const perMessageMs = Math.max(0, integerOr(request.query.perMessageTimeoutMs, DEFAULT_PER_MESSAGE_MS));
    if (size <= 0) return reply.code(204).send();
    const leave = turnstile.enter(request.caller.name);
    const ending = new AbortController();
    const end = (): void => ending.abort();
    open.add(end);
    reply.raw.once('close', end);
    let source: Source | undefined;
    try {
      source = await openSource({ ...limits, bus: beam.bus, topic, subscribing, position: 'earliest' });
      const { taken, shown } = await collectUntil(ending.signal, source, { size, perMessageMs, shows });
      const messages = shown.map((message) => polledMessage(topic, message));
      const written = whenWritten(reply);
      if (messages.length === 0) void reply.code(204).send();
      else void reply.send({ limit: size, size: messages.length, messages });
      if (await written) await source.acknowledge(taken);
    } catch (error) {
      // The client has gone, and its source with it: that is no fault, and nobody hears of it.
      if (!reply.raw.destroyed) throw error;
      void reply.code(204).send();
    } finally {
      open.delete(end);
      leave();
      await source
        ?.close()
        .catch((error: unknown) => log.warn({ err: error, topic }, 'beam-source-not-closed'));
    }
    return reply;
  };

  const common = {
    // Pulsar Beam's tokens may be bare: `identify` asks who it is.
    config: { needs: 'nothing' as const },
    exposeHeadRoute: false,
    onRequest: identify,
  };
  app.get(
    '/v2/sse/:persistent/:tenant/:namespace/:topic',
    {
      ...common,
      schema: {
        operationId: 'beamStream',
        summary: 'Messages as server-sent events, as with Pulsar Beam',
        description:
          'Each message has its id and a data line for each line of its payload. With a SubscriptionName, what the client did not get comes again; without one, Last-Event-ID resumes.',
        params: TOPIC_PATH,
        headers: {
          type: 'object',
          properties: {
            ...SUBSCRIPTION_HEADERS,
            'Last-Event-ID': text('The id of the last message received, where no subscription is named.'),
          },
        },
        response: {
          200: {
            description: 'The stream.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...BEAM_FAULTS,
          409: BEAM_TAKEN,
          429: BEAM_BUSY,
        },
        ownFaults: true,
      },
    },
    stream,
  );
  app.get<Polling>(
    '/v2/poll/:persistent/:tenant/:namespace/:topic',
    {
      ...common,
      schema: {
        operationId: 'beamPoll',
        summary: 'A batch of messages, as with Pulsar Beam',
        description:
          'What it holds counts as received once it was written. Without a SubscriptionName every poll starts anew.',
        params: TOPIC_PATH,
        headers: { type: 'object', properties: SUBSCRIPTION_HEADERS },
        querystring: {
          type: 'object',
          properties: {
            batchSize: text(
              'Messages at most: 10 unless it is a number, 1000 at most; 0 and less give none.',
            ),
            perMessageTimeoutMs: text(
              'The batch ends when nothing comes for so long: 300 unless it is a number, 30000 at most.',
            ),
          },
        },
        response: {
          200: BEAM_BATCH,
          204: { description: 'There are none.', content: {} },
          ...BEAM_FAULTS,
          409: BEAM_TAKEN,
          429: BEAM_BUSY,
        },
        ownFaults: true,
      },
    },
    poll,
  );
};

/** Closes the source when the client goes, or the service stops: a receive that waits then answers. */
async function collectUntil(
  signal: AbortSignal,
  source: Source,
  { shows, ...batch }: Parameters<typeof collect>[1] & { readonly shows: Shows },
): ReturnType<typeof collect> {
  const end = (): void => void source.close().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await collect(source, batch, { shows, signal });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** True once the socket has taken the whole answer; false if the client went before. */
function whenWritten({ raw, request }: FastifyReply): Promise<boolean> {
  const { socket } = request.raw;
  return new Promise((resolve) => {
    // Node calls a response finished also when its client has reset the connection in the middle of it.
    raw.once('finish', () => resolve(!socket.destroyed));
    raw.once('close', () => resolve(false));
    if (raw.destroyed) resolve(false);
  });
}

function lastMessage(header: string | string[] | undefined): string | undefined {
  const id = String(header ?? '').trim();
  if (id === '') return undefined;
  if (!MESSAGE_ID.test(id)) throw new BeamFault(422, 'Last-Event-ID is no message id; leave it out');
  return id;
}
