import { createSecretKey } from 'node:crypto';
import { SignJWT } from 'jose';

export interface IssuedToken {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly hours: number;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

/** Signs a bearer token with a shared secret (HS256), from now on for so many hours. */
export async function issueToken(
  { claims, hours, issuer, audience }: IssuedToken,
  secret: Buffer,
): Promise<string> {
  const jwt = new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime(`${hours}h`);
  if (issuer !== undefined) jwt.setIssuer(issuer);
  if (audience !== undefined) jwt.setAudience(audience);
  return jwt.sign(createSecretKey(secret));
}
