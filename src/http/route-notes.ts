import type { FastifyInstance, FastifySchema } from 'fastify';
import type { Code } from '../errors.js';
import type { Needs } from './plugins/identity.js';

declare module 'fastify' {
  interface FastifySchema {
    /** Name of the operation in the OpenAPI document. */
    operationId?: string;
    /** Left out of the OpenAPI document. */
    hide?: boolean;
    summary?: string;
    description?: string;
    /** Codes of the problems that this route answers with, besides those that any route may. */
    problems?: readonly Code[];
    /** Faults are told in another protocol's way, as `response` says, and not as problems. */
    ownFaults?: true;
  }
}

/** One route as registered. */
export interface RouteNote {
  readonly method: string;
  readonly url: string;
  readonly schema: FastifySchema;
  /** Whom it is for. */
  readonly needs: Needs;
}

/** Notes every route that is registered from now on. */
export function noteRoutes(app: FastifyInstance): readonly RouteNote[] {
  const notes: RouteNote[] = [];
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    // Preflights of browsers are no part of the contract.
    if (schema?.hide === true) return;
    const needs = config?.needs ?? 'nothing';
    for (const one of [method].flat()) notes.push({ method: one, url, schema: schema ?? {}, needs });
  });
  return notes;
}

/** The methods that `path` is there for; empty if there is no such path. */
export function methodsFor(routes: readonly RouteNote[], path: string): string[] {
  const found = routes.filter(({ url }) => patternOf(url).test(path)).map(({ method }) => method);
  return [...new Set(found)].sort();
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
