import type { FastifyPluginAsync } from 'fastify';
import { listCommands } from '../../commands/registry.js';
import type { HttpDeps } from '../deps.js';
import { openApiDocument } from '../openapi.js';
import type { RouteNote } from '../route-notes.js';

/** The contract as an OpenAPI document, made from the schemas and the routes themselves. */
export const openApiRoute: FastifyPluginAsync<HttpDeps & { readonly routes: readonly RouteNote[] }> = async (
  app,
  { environments, routes },
) => {
  app.get(
    '/v1/openapi.json',
    {
      config: { needs: 'nothing' },
      schema: {
        operationId: 'getOpenApi',
        summary: 'This document',
        response: { 200: { type: 'object', description: 'An OpenAPI 3.1 document.' } },
      },
    },
    async () => openApiDocument(listCommands([...environments()]), routes),
  );
};
