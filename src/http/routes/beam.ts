import type { FastifyPluginAsync } from 'fastify';
import { sendBeamFault } from '../beam/answers.js';
import type { HttpDeps } from '../deps.js';
import { beamConsumeRoutes } from './beam-consume.js';
import { beamPublishRoutes } from './beam-publish.js';
import { beamTopicRoutes } from './beam-topics.js';

/** The door for scripts that were written for Pulsar Beam (docs/beam.md): its routes, headers, bodies and words. */
export const beamRoutes: FastifyPluginAsync<HttpDeps> = async (app, deps) => {
  const { maxMessageBytes: maxBytes } = deps.beam.bus;
  app.setErrorHandler((error, request, reply) =>
    sendBeamFault(error, { request, reply, log: deps.log, maxBytes }),
  );
  // Whatever it is goes to the topic as it is. Pages of other sites are kept out by their Origin.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
  void app.register(beamPublishRoutes, deps);
  void app.register(beamConsumeRoutes, deps);
  void app.register(beamTopicRoutes, deps);
};
