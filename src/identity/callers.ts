import { LOCAL } from '../core/authorise.js';
import { AppError } from '../errors.js';
import type { Callers } from '../ports/identity.js';
import { isApiToken, type ApiTokenCheck } from './api-tokens.js';
import type { BearerCheck } from './bearer.js';

/** Longer ones are not even looked at. */
const MAX_TOKEN = 16 * 1024;
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** Where nobody is asked who they are. */
export const EVERYONE_IS_LOCAL: Callers = { required: false, identify: async () => LOCAL };

/** In a process that has no HTTP part. */
export const NOBODY_COMES_IN: Callers = {
  required: true,
  identify: async () => {
    throw new AppError('UNAUTHENTICATED', 'Nothing says how callers would be known here.');
  },
};

/** Callers by JSON Web Token or API token. */
export function createCallers(checks: {
  readonly bearer: BearerCheck;
  readonly apiToken: ApiTokenCheck;
}): Callers {
  return {
    required: true,
    async identify(authorization) {
      if (authorization === undefined)
        throw new AppError('UNAUTHENTICATED', 'Send the header Authorization: Bearer <token>.');
      const token = authorization.length > MAX_TOKEN ? undefined : BEARER.exec(authorization)?.[1];
      if (token === undefined)
        throw new AppError('UNAUTHENTICATED', 'The header Authorization must be "Bearer <token>".');
      return isApiToken(token) ? checks.apiToken(token) : checks.bearer(token);
    },
  };
}
