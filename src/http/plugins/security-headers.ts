import fp from 'fastify-plugin';

/** Headers on every answer; answers change with every command, so nothing may keep one. */
export const SECURITY_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } as const;

/** Sets the headers that every answer carries. */
export const securityHeaders = fp(
  async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      void reply.headers(SECURITY_HEADERS);
    });
  },
  { name: 'security-headers' },
);
