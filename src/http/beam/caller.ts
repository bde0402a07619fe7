import type { Actor } from '../../core/types.js';
import type { Callers } from '../../ports/identity.js';

const BARE = /^[\x21-\x7e]+$/;

/** The caller by his token, which Pulsar Beam takes bare as well. Rejects with UNAUTHENTICATED. */
export function beamCaller(callers: Callers, authorization: string | undefined): Promise<Actor> {
  const token = authorization?.trim() ?? '';
  return callers.identify(BARE.test(token) ? `Bearer ${token}` : authorization);
}
