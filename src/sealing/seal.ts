import { CompactEncrypt, importJWK } from 'jose';
import { MAX_SEALED, type SealedPlace } from '../core/sealed-form.js';
import { AppError } from '../errors.js';
import { ALGORITHM, publicPart, type PublicKey } from './keys.js';

/** Seals a secret to a key, for one place: the place is authenticated with it, so that none but this place opens it. */
export async function seal(
  secret: string,
  { scope, environment }: SealedPlace,
  key: PublicKey,
): Promise<string> {
  const place = { scope, ...(environment === undefined ? {} : { environment }) };
  const sealed = await new CompactEncrypt(Buffer.from(secret))
    .setProtectedHeader({ alg: ALGORITHM, enc: 'A256GCM', kid: key.kid, ...place })
    .encrypt(await importJWK({ ...publicPart(key) }, ALGORITHM));
  if (sealed.length > MAX_SEALED)
    throw new AppError('TOO_LARGE', `Sealed it has ${sealed.length} characters, ${MAX_SEALED} are allowed.`);
  return sealed;
}
