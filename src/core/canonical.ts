import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256 of bytes or UTF-8 text, base64url without padding (43 characters). */
export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('base64url');
}

/** The RFC 8785 form of a JSON value: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}

/** The hash of a JSON value, whatever the order of its keys. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** The hash by which "the same id, another command" is told, and to which tickets are bound: the ticket itself is left out. */
export function commandHash(command: object): string {
  const { ticket: _ticket, ...rest } = command as Record<string, unknown>;
  return hashOf(rest);
}
