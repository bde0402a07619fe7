import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { createRecentCache } from '../../core/recent-cache.js';
import { AppError } from '../../errors.js';

const WINDOW_MS = 60_000;
/** Credentials from one address that may be wrong in a minute. */
const BAD_CREDENTIALS = 30;
/** Credentials that were good lately and are not shut out with the bad ones from the same address. */
const MAX_GOOD = 10_000;

declare module 'fastify' {
  interface FastifyInstance {
    credentials: Credentials;
  }
}

/** Wrong credentials cost the one who sends them, not his neighbours. */
export interface Credentials {
  /** Refuses to even look at credentials from an address that has sent too many wrong ones, but for those that were good before. */
  beforeCheck(request: FastifyRequest): void;
  wereGood(request: FastifyRequest): void;
  /** Throws TOO_MANY_REQUESTS when there were too many. */
  wereBad(request: FastifyRequest): Promise<void>;
}

export interface RateLimitsOptions {
  /** Requests of one caller in a minute; 0: any number. */
  readonly perMinute: number;
  /** @defaultValue 30 */
  readonly badPerMinute?: number;
}

/** How often somebody may ask. Callers count by their names, strangers by their addresses. */
export const rateLimits = fp<RateLimitsOptions>(
  async (app, { perMinute, badPerMinute = BAD_CREDENTIALS }) => {
    await app.register(rateLimit, { global: false, max: perMinute, timeWindow: WINDOW_MS });
    const allowed = app.createRateLimit({ keyGenerator: keyOf });
    const bad = app.createRateLimit({ max: badPerMinute, keyGenerator: ({ ip }) => `bad:${ip}` });
    const shutOut = new Map<string, number>();
    const good = createRecentCache<true>(MAX_GOOD);

    app.decorate('credentials', {
      beforeCheck(request) {
        const until = shutOut.get(request.ip);
        if (until === undefined) return;
        if (until <= Date.now()) shutOut.delete(request.ip);
        else if (good.get(fingerprint(request)) === undefined) throw tooManyWrong();
      },
      wereGood(request) {
        good.set(fingerprint(request), true);
        good.trim();
      },
      async wereBad(request) {
        const limit = await bad(request);
        if (limit.isAllowed || !limit.isExceeded) return;
        shutOut.set(request.ip, Date.now() + limit.ttl);
        throw tooManyWrong();
      },
    } satisfies Credentials);

    if (perMinute === 0) return;
    app.addHook('preValidation', async (request, reply: FastifyReply) => {
      const limit = await allowed(request);
      if (limit.isAllowed || !limit.isExceeded) return;
      void reply.header('retry-after', String(Math.ceil(limit.ttl / 1_000)));
      throw new AppError('TOO_MANY_REQUESTS', `More than ${perMinute} requests in a minute; slow down.`);
    });
  },
  { name: 'rate-limits' },
);

/** A caller that is known counts by name, whatever address it comes from. */
function keyOf({ caller, ip }: FastifyRequest): string {
  const known = caller as FastifyRequest['caller'] | null;
  return known === null ? `ip:${ip}` : `caller:${known.name}`;
}

/** Tokens are not kept. */
function fingerprint({ headers }: FastifyRequest): string {
  return createHash('sha256')
    .update(headers.authorization ?? '')
    .digest('base64url');
}

const tooManyWrong = (): AppError =>
  new AppError(
    'TOO_MANY_REQUESTS',
    'Too many wrong credentials came from this address; try again in a minute.',
  );
