import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { isObject } from '../core/merge-patch.js';
import { parseJson } from '../core/parse-json.js';

/** A public key on P-256, with the name that sealed secrets know it by. */
export interface PublicKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
}

export interface PrivateKey extends PublicKey {
  readonly d: string;
}

/** Keys, the newest first: secrets are sealed to that, and opened with each. */
export interface KeySet<Key> {
  readonly keys: readonly Key[];
}

/** JWE: the key is agreed anew for each secret, nothing but the service's key opens it. */
export const ALGORITHM = 'ECDH-ES';

/** Makes a key pair. */
export async function generateKey(): Promise<PrivateKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'P-256', extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) } as PrivateKey;
}

/** What may be shown of a key. */
export function publicPart({ kty, crv, x, y, kid }: PublicKey): PublicKey {
  return { kty, crv, x, y, kid };
}

/** Reads a set of private keys; throws what is wrong with it, never what stands in it. */
export function readPrivateKeys(text: string): KeySet<PrivateKey> {
  return { keys: readKeys(text).map((jwk) => ({ ...publicKey(jwk), d: part(jwk, 'd', 'no private part') })) };
}

/** Reads a set of public keys, or the public parts of private ones. */
export function readPublicKeys(text: string): KeySet<PublicKey> {
  return { keys: readKeys(text).map(publicKey) };
}

function readKeys(text: string): JWK[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new TypeError('it is not JSON');
  }
  const keys = isObject(value) ? value['keys'] : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isObject))
    throw new TypeError('it is no set of keys: {"keys":[…]}');
  return keys;
}

function publicKey(jwk: JWK): PublicKey {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256') throw new TypeError('it has a key that is not on P-256');
  const [x, y, kid] = [part(jwk, 'x', 'no x'), part(jwk, 'y', 'no y'), part(jwk, 'kid', 'no kid')];
  return { kty: 'EC', crv: 'P-256', x, y, kid };
}

function part(jwk: JWK, name: 'x' | 'y' | 'd' | 'kid', what: string): string {
  const value = jwk[name];
  if (typeof value !== 'string' || value === '') throw new TypeError(`it has a key with ${what}`);
  return value;
}
