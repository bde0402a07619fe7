import type { SealingConfig } from '../config.js';
import { AppError } from '../errors.js';
import { keyFile } from '../sealing/key-file.js';
import { readPublicKeys, type KeySet, type PublicKey } from '../sealing/keys.js';

/** The public keys out of the file that the configuration names; of private ones only the public part is read. */
export function createSealingKeys({
  keysFile,
  publicKeysFile,
}: SealingConfig): () => Promise<KeySet<PublicKey>> {
  if (publicKeysFile !== undefined)
    return keyFile(publicKeysFile, 'STAGELINE_SEALING_PUBLIC_KEYS_FILE', readPublicKeys);
  if (keysFile !== undefined) return keyFile(keysFile, 'STAGELINE_SEALING_KEYS_FILE', readPublicKeys);
  const detail =
    'This service has no keys to seal secrets to: "stageline seal keygen" makes them, STAGELINE_SEALING_KEYS_FILE names them.';
  return () => Promise.reject(new AppError('NOT_FOUND', detail));
}
