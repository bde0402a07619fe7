import { createHash, timingSafeEqual } from 'node:crypto';
import { apiTokenId } from '../core/ids.js';
import { isRole } from '../core/roles.js';
import type { Actor } from '../core/types.js';
import { AppError } from '../errors.js';
import type { DocumentReads } from '../ports/reads.js';

/** `stl_<name>_<43 characters>`: the name finds the token's document, the rest is known by its hash alone. */
const FORM = /^stl_([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)_([A-Za-z0-9_-]{43})$/;

/** Says whose an API token is; rejects with UNAUTHENTICATED. */
export type ApiTokenCheck = (token: string) => Promise<Actor>;

/** True for what looks like one. */
export function isApiToken(token: string): boolean {
  return token.startsWith('stl_');
}

/** The hash under which a token is kept (hex). It has 256 random bits, so nothing has to make guessing slow. */
export function apiTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Looks tokens up in the documents for each request: one that is revoked is refused from then on. */
export function createApiTokenCheck(reads: Pick<DocumentReads, 'get'>, now: () => number): ApiTokenCheck {
  // The same words whether there is no such token or it is another one.
  const unknown = (): AppError => new AppError('UNAUTHENTICATED', 'The API token is not known here.');
  return async (token) => {
    const name = FORM.exec(token)?.[1];
    if (name === undefined) throw unknown();
    const document = (await reads.get(apiTokenId(name)))?.document;
    const kept = document?.kind === 'api-token' ? document : undefined;
    const isIt = timingSafeEqual(
      Buffer.from(apiTokenHash(token), 'hex'),
      Buffer.from(kept?.hash ?? '0'.repeat(64), 'hex'),
    );
    if (kept === undefined || !isIt) throw unknown();
    if (kept.revoked !== undefined)
      throw new AppError('UNAUTHENTICATED', `The API token "${name}" was revoked.`);
    if (Date.parse(kept.expiresAt) <= now())
      throw new AppError('UNAUTHENTICATED', `The API token "${name}" expired at ${kept.expiresAt}.`);
    const { roles, projects, people } = kept;
    return {
      name: `token:${name}`,
      roles: roles.filter(isRole),
      ...(projects === undefined ? {} : { projects }),
      behind: people,
    };
  };
}
