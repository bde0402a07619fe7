import { generateKeyPairSync } from 'node:crypto';
import { sha256 } from '../../src/core/canonical.js';
import { readHeadKey, readHeadPublicKey, type HeadKey } from '../../src/core/heads.js';
import type { JournalState } from '../../src/core/journal.js';

/** A key pair for heads, as files hold it and as it is used. */
export function headKeys(): {
  readonly privatePem: string;
  readonly publicPem: string;
  readonly key: HeadKey;
  readonly publicKey: ReturnType<typeof readHeadPublicKey>;
} {
  const pair = generateKeyPairSync('ed25519');
  const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { privatePem, publicPem, key: readHeadKey(privatePem), publicKey: readHeadPublicKey(publicPem) };
}

/** A journal that has come as far as this. */
export function stateAt(position: number, more: Partial<JournalState> = {}): JournalState {
  return {
    epoch: 1,
    writer: 'w',
    origin: 'origin',
    position,
    hash: sha256(`record ${position}`),
    time: new Date(Date.UTC(2026, 0, 1) + position * 1_000).toISOString(),
    ...more,
  };
}
