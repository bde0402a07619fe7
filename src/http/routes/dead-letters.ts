import type { FastifyPluginAsync } from 'fastify';
import { viewPayload } from '../../core/payload-view.js';
import { redactText } from '../../core/redact-text.js';
import { redact } from '../../core/redact.js';
import { RESENT_FROM, type ListedDeadLetter } from '../../ports/dead-letters.js';
import type { HttpDeps } from '../deps.js';
import { DEAD_LETTER_PAGE, DEAD_LETTER_VIEW, RESENT_LETTER } from '../shapes.js';

interface ListQuery {
  readonly after?: string;
  readonly limit: number;
  readonly waitMs: number;
  readonly code?: string;
  readonly topic?: string;
  readonly since?: string;
}

const ID = {
  type: 'object',
  properties: { id: { type: 'string', description: 'Its message id on the dead-letter topic.' } },
  required: ['id'],
} as const;

/** A letter as it is told, secrets masked; its payload is told apart. */
function told({ id, letter, bytes, refusal }: ListedDeadLetter): Record<string, unknown> {
  const { code, reason, topic, messageId, key, truncated, masked, time } = letter;
  const { ticket: _ticket, ...properties } = letter.properties ?? {};
  const resentFrom = properties[RESENT_FROM];
  return redact({
    id,
    code,
    reason: redactText(reason),
    topic,
    messageId,
    ...(key === undefined ? {} : { key }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    bytes,
    truncated,
    ...(masked === undefined ? {} : { masked }),
    time,
    ...(resentFrom === undefined ? {} : { resentFrom }),
    ...(refusal === undefined ? {} : { refusal: { code: refusal.code, detail: refusal.detail } }),
  });
}

/** What could not be understood or processed: to look at, and to send again. */
export const deadLetterRoutes: FastifyPluginAsync<HttpDeps> = async (app, { deadLetters }) => {
  app.get<{ Querystring: ListQuery }>(
    '/v1/dead-letters',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'listDeadLetters',
        summary: 'Messages that could not be understood or processed',
        description:
          'The newest last, page by page, without their payloads. A page with a cursor may hold few letters, or none: go on.',
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            after: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              description: 'The cursor of the page before.',
            },
            limit: {
              type: 'integer',
              minimum: 1,
              maximum: 1000,
              default: 100,
              description: 'At most so many.',
            },
            waitMs: {
              type: 'integer',
              minimum: 0,
              maximum: 10_000,
              default: 1_000,
              description: 'The topic has ended when it says nothing for so many milliseconds.',
            },
            code: { type: 'string', maxLength: 100, description: 'Only letters with this code.' },
            topic: { type: 'string', maxLength: 600, description: 'Only letters from this topic.' },
            since: {
              type: 'string',
              format: 'date-time',
              description: 'Only letters made at this time or later, ISO 8601.',
            },
          },
        },
        response: { 200: DEAD_LETTER_PAGE },
        problems: ['NOT_FOUND', 'TOO_MANY_REQUESTS', 'ENGINE_UNAVAILABLE'],
      },
    },
    async ({ query: { since, ...query } }) => {
      const page = await deadLetters.list({
        ...query,
        ...(since === undefined ? {} : { since: Date.parse(since) }),
      });
      return { ...page, letters: page.letters.map(told) };
    },
  );

  app.get<{ Params: { id: string }; Querystring: { raw: boolean } }>(
    '/v1/dead-letters/:id',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'getDeadLetter',
        summary: 'One dead letter, with its payload',
        description:
          'The payload as JSON where it is JSON, else its beginning as text; secrets are masked in both. With raw also every byte that was kept.',
        params: ID,
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            raw: {
              type: 'boolean',
              default: false,
              description: 'Also the payload in base64, nothing masked.',
            },
          },
        },
        response: { 200: DEAD_LETTER_VIEW },
        problems: ['NOT_FOUND', 'TOO_MANY_REQUESTS', 'ENGINE_UNAVAILABLE'],
      },
    },
    async ({ params: { id }, query: { raw } }) => {
      const found = await deadLetters.get(id);
      const { payload, truncated } = found.letter;
      return {
        ...told(found),
        ...viewPayload(Buffer.from(payload, 'base64'), !truncated),
        ...(raw ? { payload } : {}),
      };
    },
  );

  app.post<{ Params: { id: string } }>(
    '/v1/dead-letters/:id/resend',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'resendDeadLetter',
        summary: 'Send the message of a dead letter again',
        description: `Puts it on the topic that it came from, with its key and properties and the property ${RESENT_FROM}. The letter stays where it is; a message that fails again becomes another one.`,
        params: ID,
        response: { 200: RESENT_LETTER },
        problems: [
          'NOT_FOUND',
          'PAYLOAD_TRUNCATED',
          'PAYLOAD_NOT_KEPT',
          'TOPIC_NOT_OWN',
          'DENIED',
          'TOO_MANY_REQUESTS',
          'ENGINE_UNAVAILABLE',
        ],
      },
    },
    async ({ params: { id }, caller }) => {
      return deadLetters.resend(id, caller);
    },
  );
};
