const BARE = /^[\x21-\x7e]+$/;

/** The header Authorization as the rest of the service reads it: Pulsar Beam takes the token bare as well. */
export function asBearer(authorization: string | undefined): string | undefined {
  const token = authorization?.trim() ?? '';
  return BARE.test(token) ? `Bearer ${token}` : authorization;
}
