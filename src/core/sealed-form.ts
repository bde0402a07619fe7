import { isObject } from './merge-patch.js';

/** A sealed secret of more characters is refused: it is a secret, not a file. */
export const MAX_SEALED = 16 * 1024;

/** Where a sealed secret may be used; it stands in the protected header, which nobody can change unnoticed. */
export interface SealedPlace {
  /** `tenant/namespace` or `tenant/namespace/name`. */
  readonly scope: string;
  /** Absent: in all. */
  readonly environment?: string;
}

export interface SealedHeader extends SealedPlace {
  readonly kid: string;
}

/** A config, as far as it says where it belongs. */
export interface ConfigPlace {
  readonly tenant?: unknown;
  readonly namespace?: unknown;
  readonly name?: unknown;
}

export const SCOPE = /^[^/\s]+\/[^/\s]+(?:\/[^/\s]+)?$/;
/** Compact JWE; with ECDH-ES no key is sent along, so the second part is empty. */
const COMPACT = /^[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+$/;

/** What a sealed secret says of itself; undefined where it is no such thing. Nothing of it is verified. */
export function readSealed(sealed: string): SealedHeader | undefined {
  if (sealed.length > MAX_SEALED || !COMPACT.test(sealed)) return undefined;
  try {
    const header: unknown = JSON.parse(Buffer.from(sealed.split('.', 1)[0] ?? '', 'base64url').toString());
    if (!isObject(header)) return undefined;
    const { alg, enc, kid, scope, environment } = header;
    if (alg !== 'ECDH-ES' || enc !== 'A256GCM' || typeof kid !== 'string') return undefined;
    if (typeof scope !== 'string' || !SCOPE.test(scope)) return undefined;
    if (environment === undefined) return { kid, scope };
    return typeof environment === 'string' ? { kid, scope, environment } : undefined;
  } catch {
    return undefined;
  }
}

/** True if what is sealed for this scope may be used in that config. */
export function isWithin(scope: string, { tenant, namespace, name }: ConfigPlace): boolean {
  const place = `${String(tenant)}/${String(namespace)}`;
  return scope === place || scope === `${place}/${String(name)}`;
}
