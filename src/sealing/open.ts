import { compactDecrypt, importJWK } from 'jose';
import { cutText } from '../core/cut-text.js';
import { isWithin, readSealed, type ConfigPlace } from '../core/sealed-form.js';
import { AppError } from '../errors.js';
import { ALGORITHM, type KeySet, type PrivateKey } from './keys.js';

/** Where a sealed secret is to be used. */
export interface UsePlace {
  readonly config: ConfigPlace;
  readonly environment: string;
}

/**
 * Opens a sealed secret for a config. Rejects with SEALED_ELSEWHERE where it is sealed for another, SEALED_KEY_UNKNOWN and
 * SEALED_DAMAGED; what is told is never a value.
 */
export async function openFor(
  sealed: string,
  { config, environment }: UsePlace,
  keys: KeySet<PrivateKey>,
): Promise<string> {
  const header = readSealed(sealed);
  if (header === undefined)
    throw new AppError('SEALED_DAMAGED', 'It is no sealed secret; seal it anew with "stageline seal".');
  if (!isWithin(header.scope, config))
    throw new AppError('SEALED_ELSEWHERE', `It is sealed for ${header.scope}; seal it anew for this config.`);
  if (header.environment !== undefined && header.environment !== environment)
    throw new AppError(
      'SEALED_ELSEWHERE',
      `It is sealed for environment ${header.environment}; seal another for ${environment}.`,
    );
  return unseal(sealed, keys);
}

/** Opens a sealed secret wherever it belongs. */
export async function unseal(sealed: string, { keys }: KeySet<PrivateKey>): Promise<string> {
  const kid = readSealed(sealed)?.kid;
  const key = keys.find((candidate) => candidate.kid === kid);
  if (key === undefined) {
    const here = keys.map((one) => one.kid).join(', ');
    throw new AppError(
      'SEALED_KEY_UNKNOWN',
      `There is no key ${JSON.stringify(cutText(kid ?? '', 100))} here (there are: ${here}); seal it anew, or put that key back.`,
    );
  }
  const privateKey = await importJWK({ ...key }, ALGORITHM);
  try {
    const options = { keyManagementAlgorithms: [ALGORITHM], contentEncryptionAlgorithms: ['A256GCM'] };
    const { plaintext } = await compactDecrypt(sealed, privateKey, options);
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
  } catch (cause) {
    throw new AppError(
      'SEALED_DAMAGED',
      'It cannot be opened: it is not what was sealed, or was sealed to another key of this name.',
      { cause },
    );
  }
}
