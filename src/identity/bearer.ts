import type { KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import type { Actor } from '../core/types.js';
import { AppError } from '../errors.js';
import { actorOf, type ClaimNames } from './claims.js';

/** How far the clock of whoever made a token and ours may be apart. */
const SKEW_SECONDS = 30;
const JWKS_TIMEOUT_MS = 5_000;
/** A key that is not known makes the set be fetched again, at most so often. */
const JWKS_COOLDOWN_MS = 30_000;

/** What tokens are checked with: exactly one. */
export type BearerKey =
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'public'; readonly key: KeyObject }
  | { readonly kind: 'secret'; readonly secret: Uint8Array };

export interface BearerOptions {
  readonly key: BearerKey;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly claims: ClaimNames;
  readonly now: () => number;
}

/** Says whose a JSON Web Token is; rejects with UNAUTHENTICATED, or with ENGINE_UNAVAILABLE where its keys cannot be had. */
export type BearerCheck = (token: string) => Promise<Actor>;

/** Algorithms are pinned by the key: a token that chooses another one, or none, is refused. */
export function algorithmsFor(key: BearerKey): string[] {
  if (key.kind === 'secret') return ['HS256'];
  if (key.kind === 'jwks')
    return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key.key;
  if (type === 'rsa') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
  if (type === 'ec') return details?.namedCurve === 'secp384r1' ? ['ES384'] : ['ES256'];
  if (type === 'ed25519') return ['EdDSA'];
  throw new AppError('INVALID_CONFIG', 'The public key must be RSA, EC (P-256, P-384) or Ed25519.');
}

export function createBearerCheck({ key, issuer, audience, claims, now }: BearerOptions): BearerCheck {
  const options: JWTVerifyOptions = {
    algorithms: algorithmsFor(key),
    clockTolerance: SKEW_SECONDS,
    requiredClaims: ['sub', 'exp'],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  const keyOf = keyFinder(key);
  return async (token) => {
    let payload;
    try {
      ({ payload } = await jwtVerify(token, keyOf, { ...options, currentDate: new Date(now()) }));
    } catch (cause) {
      throw refusal(cause, key);
    }
    const actor = actorOf(payload, claims);
    if (actor === undefined)
      throw new AppError(
        'UNAUTHENTICATED',
        'The token names nobody (claim sub), or a name that is reserved.',
      );
    return actor;
  };
}

function keyFinder(key: BearerKey): JWTVerifyGetKey {
  if (key.kind === 'jwks')
    return createRemoteJWKSet(new URL(key.url), {
      timeoutDuration: JWKS_TIMEOUT_MS,
      cooldownDuration: JWKS_COOLDOWN_MS,
    });
  const held = key.kind === 'public' ? key.key : key.secret;
  return async () => held;
}

/** Whoever is refused is told why, and nothing of what the token holds. */
function refusal(cause: unknown, key: BearerKey): AppError {
  const told = (detail: string): AppError => new AppError('UNAUTHENTICATED', detail, { cause });
  if (cause instanceof errors.JWTExpired) return told('The token has expired; get a new one.');
  if (cause instanceof errors.JWTClaimValidationFailed)
    return told(`The token's claim ${cause.claim} is not what this service asks for.`);
  if (cause instanceof errors.JOSEAlgNotAllowed)
    return told('The token is signed by an algorithm that is not taken.');
  if (key.kind === 'jwks' && isUnreachable(cause))
    return new AppError('ENGINE_UNAVAILABLE', 'The keys that tokens are checked with cannot be had.', {
      cause,
    });
  return told('The token is not signed by a key that this service trusts, or is damaged.');
}

/** The issuer does not answer, or with something that is no key set. */
function isUnreachable(cause: unknown): boolean {
  if (!(cause instanceof errors.JOSEError)) return true;
  return (
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    // jose says it of any other status than 200.
    cause.code === 'ERR_JOSE_GENERIC'
  );
}
