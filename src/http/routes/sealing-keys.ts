import type { FastifyPluginAsync } from 'fastify';
import type { HttpDeps } from '../deps.js';
import { SEALING_KEYS } from '../shapes.js';

/** The public keys that secrets are sealed to; no more of them than everybody may have. */
export const sealingKeyRoute: FastifyPluginAsync<HttpDeps> = async (app, { sealingKeys }) => {
  app.get(
    '/v1/sealing-keys',
    {
      config: { needs: { role: 'viewer' } },
      schema: {
        operationId: 'getSealingKeys',
        summary: 'The public keys that secrets are sealed to',
        description:
          'A JWK set, the newest key first: "stageline seal" takes that one. 404 where this service has no such keys.',
        response: { 200: SEALING_KEYS },
        problems: ['NOT_FOUND', 'SEALED_KEY_UNKNOWN'],
      },
    },
    async () => sealingKeys(),
  );
};
