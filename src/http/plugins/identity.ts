import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { mayNot } from '../../core/authorise.js';
import type { Role } from '../../core/roles.js';
import type { Actor } from '../../core/types.js';
import { AppError, hasCode } from '../../errors.js';
import type { Callers } from '../../ports/identity.js';
import type { Log } from '../../ports/system.js';

/**
 * Who may use a route: anybody at all; any caller who is known; or one with a role, in any project (what is shown is then
 * cut to the caller's projects) or in all of them.
 */
export type Needs = 'nothing' | 'caller' | { readonly role: Role; readonly everyProject?: true };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Only for routes that need somebody. */
    caller: Actor;
  }
  interface FastifyInstance {
    /** Finds out who asks, by these credentials; rejects with UNAUTHENTICATED, or TOO_MANY_REQUESTS where too many were wrong. */
    identify(request: FastifyRequest, authorization: string | undefined): Promise<Actor>;
  }
  interface FastifyContextConfig {
    needs?: Needs;
  }
}

/** Finds out who asks, and whether he may use the route, before a body is read. A route that does not say whom it is for is a bug. */
export const identity = fp<{ callers: Callers; log: Log }>(
  async (app, { callers, log }) => {
    app.decorateRequest('caller', null as unknown as Actor);
    app.addHook('onRoute', ({ url, method, config }) => {
      if (config?.needs === undefined)
        throw new Error(`${String(method)} ${url} does not say who may use it`);
    });
    const identify: FastifyInstance['identify'] = async (request, authorization) => {
      const { credentials } = app;
      if (authorization !== undefined && callers.required) credentials.beforeCheck(request);
      try {
        const caller = await callers.identify(authorization);
        if (callers.required) credentials.wereGood(request);
        return caller;
      } catch (error) {
        if (authorization !== undefined && hasCode(error, 'UNAUTHENTICATED'))
          await credentials.wereBad(request);
        throw error;
      }
    };
    app.decorate('identify', identify);
    app.addHook('onRequest', async (request, reply) => {
      const { needs } = request.routeOptions.config;
      if (needs === undefined || needs === 'nothing') return;
      try {
        request.caller = await identify(request, request.headers.authorization);
      } catch (error) {
        if (hasCode(error, 'UNAUTHENTICATED'))
          void reply.header('www-authenticate', 'Bearer realm="stageline"');
        throw error;
      }
      if (needs === 'caller') return;
      const { caller } = request;
      if (caller.projects?.length === 0)
        throw new AppError('DENIED', `"${caller.name}" may act in no project; its token names none.`);
      const project = needs.everyProject === true ? undefined : caller.projects?.[0];
      const denied = mayNot(caller, { role: needs.role, project });
      if (denied === undefined) return;
      log.warn(
        { actor: caller.name, method: request.method, url: request.routeOptions.url },
        'request-denied',
      );
      throw new AppError('DENIED', denied.detail ?? denied.title);
    });
  },
  { name: 'identity', dependencies: ['rate-limits'] },
);
