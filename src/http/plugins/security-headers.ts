import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';

/** On every answer, also where no hook of the framework is reached. Answers change with every command, so nothing may keep one. */
export const SECURITY_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } as const;

/** What comes from here is data: a browser that shows it loads nothing and runs nothing. */
const POLICY = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Sets the headers that every answer carries. */
export const securityHeaders = fp(
  async (app) => {
    await app.register(helmet, {
      contentSecurityPolicy: { useDefaults: false, directives: POLICY },
      referrerPolicy: { policy: 'no-referrer' },
      xFrameOptions: { action: 'deny' },
    });
    app.addHook('onRequest', async (_request, reply) => {
      void reply.headers(SECURITY_HEADERS);
    });
  },
  { name: 'security-headers' },
);
