import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { mayNot } from '../../core/authorise.js';
import { webhookSubscriptionsId } from '../../core/ids.js';
import type { WebhookSubscriptionsDocument } from '../../core/types.js';
import { AppError, CODES, type Code } from '../../errors.js';
import { asBearer } from '../beam/bearer.js';
import { BeamFault } from '../beam/fault.js';
import { readFields, readTopic, readTopicConfig, topicConfigOf, topicKey } from '../beam/topic-config.js';
import { BEAM_FAULTS, BEAM_TOPIC, BEAM_TOPICS, BEAM_UNKNOWN } from '../beam-shapes.js';
import type { HttpDeps } from '../deps.js';

/** How long a caller waits for his change. */
const WAIT_MS = 10_000;
const MAX_BODY_BYTES = 64 * 1024;
const NOBODY_KNOWS =
  'The change was sent, and its outcome is not known yet: look at GET /v1/commands/{id}, or at GET /v2/topic.';

/** Webhooks, as Pulsar Beam's clients set them: each change is a command. */
export const beamTopicRoutes: FastifyPluginAsync<HttpDeps> = async (app, deps) => {
  const { door, reads, beam, webhookSecret } = deps;
  const pulsarUrl = beam.pulsarUrls[0] ?? '';

  const identify = async (request: FastifyRequest): Promise<void> => {
    request.caller = await app.identify(request, asBearer(request.headers.authorization));
    if (webhookSecret === undefined) {
      const detail =
        'There are no webhooks here: set STAGELINE_WEBHOOK_KEYS_FILE, and run the part webhooks.';
      throw new AppError('NOT_FOUND', detail);
    }
    const denied = mayNot(request.caller, { role: 'operator', project: undefined });
    if (denied !== undefined) throw new AppError('DENIED', denied.detail ?? denied.title);
  };

  const told = (document: WebhookSubscriptionsDocument, url = pulsarUrl): object =>
    topicConfigOf(document, { pulsarUrl: url, secretOf: webhookSecret ?? (() => '') });

  const all = async (): Promise<WebhookSubscriptionsDocument[]> => {
    const documents = await reads.range(webhookSubscriptionsId(''));
    return documents.flatMap(({ document }) => (document.kind === 'webhook-subscriptions' ? [document] : []));
  };

  /** By its key, whichever of the cluster's addresses that was made with. */
  const byKey = async (key: string): Promise<WebhookSubscriptionsDocument> => {
    const urls = ['', ...beam.pulsarUrls];
    const found = (await all()).find(({ topic }) =>
      urls.some((url) => topicKey({ topic, pulsarUrl: url }) === key),
    );
    if (found === undefined) throw new BeamFault(404, `no webhooks with the key ${key.slice(0, 40)}`);
    return found;
  };

  const byTopic = async (topic: string, after = 0): Promise<WebhookSubscriptionsDocument> => {
    const found = (await reads.get(webhookSubscriptionsId(topic), { after }))?.document;
    if (found?.kind !== 'webhook-subscriptions') throw new BeamFault(404, `no webhooks of ${topic}`);
    return found;
  };

  /** Sends the command; where it does not succeed, its fault. */
  const change = async (request: FastifyRequest, command: string, params: object): Promise<number> => {
    const { id, reply } = await door.send({ command, params }, { caller: request.caller, waitMs: WAIT_MS });
    if (reply === undefined)
      throw new AppError('ENGINE_UNAVAILABLE', NOBODY_KNOWS.replace('{id}', encodeURIComponent(id)));
    const { error } = reply;
    if (error === undefined) return reply.position;
    const code = Object.hasOwn(CODES, error.code) ? (error.code as Code) : 'INTERNAL';
    throw new AppError(
      code,
      error.detail ?? error.title,
      error.errors === undefined ? {} : { errors: error.errors },
    );
  };

  const set = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const fields = readFields(bodyOf(request));
    const { topic, pulsarUrl: named } = readTopic(fields, beam.pulsarUrls);
    const position = await change(request, 'set-webhook-subscriptions', readTopicConfig(fields, topic));
    return reply.code(201).send(told(await byTopic(topic, position), named));
  };

  const remove = async (
    request: FastifyRequest,
    document: WebhookSubscriptionsDocument,
  ): Promise<Readonly<Record<string, unknown>>> => {
    await change(request, 'delete-webhook-subscriptions', { topic: document.topic });
    return { ...told(document), TopicStatus: 3 };
  };

  const common = { config: { needs: 'nothing' as const }, bodyLimit: MAX_BODY_BYTES, onRequest: identify };
  const schema = { ownFaults: true as const };
  const KEY = {
    type: 'object',
    properties: { topicKey: { type: 'string', description: 'SHA-1 of TopicFullName and PulsarURL, hex.' } },
    required: ['topicKey'],
  };

  app.post(
    '/v2/topic',
    {
      ...common,
      schema: {
        ...schema,
        operationId: 'beamSetTopic',
        summary: "Set a topic's webhooks, as with Pulsar Beam",
        description:
          'Replaces what the topic had. Messages are posted to each URL, signed as Standard Webhooks; signingSecret is what the receiver checks them with. Role operator, in every project.',
        response: { 201: BEAM_TOPIC, ...BEAM_FAULTS, 404: BEAM_UNKNOWN },
      },
    },
    set,
  );
  app.get(
    '/v2/topic',
    {
      ...common,
      exposeHeadRoute: false,
      schema: {
        ...schema,
        operationId: 'beamListTopics',
        summary: 'Topics with webhooks',
        description: 'All of them; with a body, as Pulsar Beam has it, the one that TopicFullName names.',
        response: { 200: BEAM_TOPICS, ...BEAM_FAULTS, 404: BEAM_UNKNOWN },
      },
    },
    async (request) => {
      const body = await rawBody(request);
      if (body.length === 0) return (await all()).map((document) => told(document));
      const { topic, pulsarUrl: named } = readTopic(readFields(body), beam.pulsarUrls);
      return told(await byTopic(topic), named);
    },
  );
  app.get<{ Params: { topicKey: string } }>(
    '/v2/topic/:topicKey',
    {
      ...common,
      exposeHeadRoute: false,
      schema: {
        ...schema,
        operationId: 'beamGetTopic',
        summary: "A topic's webhooks",
        params: KEY,
        response: { 200: BEAM_TOPIC, ...BEAM_FAULTS, 404: BEAM_UNKNOWN },
      },
    },
    async ({ params }) => told(await byKey(params.topicKey)),
  );
  app.delete(
    '/v2/topic',
    {
      ...common,
      schema: {
        ...schema,
        operationId: 'beamDeleteTopic',
        summary: "End a topic's webhooks, by its name",
        response: { 200: BEAM_TOPIC, ...BEAM_FAULTS, 404: BEAM_UNKNOWN },
      },
    },
    async (request) => {
      const { topic } = readTopic(readFields(bodyOf(request)), beam.pulsarUrls);
      return remove(request, await byTopic(topic));
    },
  );
  app.delete<{ Params: { topicKey: string } }>(
    '/v2/topic/:topicKey',
    {
      ...common,
      schema: {
        ...schema,
        operationId: 'beamDeleteTopicByKey',
        summary: "End a topic's webhooks, by its key",
        params: KEY,
        response: { 200: BEAM_TOPIC, ...BEAM_FAULTS, 404: BEAM_UNKNOWN },
      },
    },
    async (request) => remove(request, await byKey(request.params.topicKey)),
  );
};

function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** The body of a GET, which Fastify leaves alone. */
async function rawBody({ raw }: FastifyRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new AppError('TOO_LARGE', `The body may have ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
