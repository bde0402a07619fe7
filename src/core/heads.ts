import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { AppError, messageOf } from '../errors.js';
import { canonicalJson } from './canonical.js';
import type { JournalState } from './journal.js';
import type { JournalHead } from './types.js';
import { validator } from './validate.js';

const check = validator('journal-head.json');

/** What signs heads, and the id under which its public key is known. */
export interface HeadKey {
  readonly privateKey: KeyObject;
  readonly keyId: string;
}

/** SHA-256 of a public key (SPKI, DER). */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

/** Reads the private key that signs heads; throws INVALID_CONFIG where it is none. */
export function readHeadKey(pem: string): HeadKey {
  const privateKey = ed25519(() => createPrivateKey(pem), 'private');
  return { privateKey, keyId: keyIdOf(createPublicKey(privateKey)) };
}

/** Reads the public key that heads are checked with; throws INVALID_CONFIG where it is none. */
export function readHeadPublicKey(pem: string): KeyObject {
  // Node makes a public key of a private one; whoever checks should not have that.
  if (pem.includes('PRIVATE KEY'))
    throw new AppError('INVALID_CONFIG', 'This is a private key; heads are checked with the public one.');
  return ed25519(() => createPublicKey(pem), 'public');
}

function ed25519(read: () => KeyObject, kind: string): KeyObject {
  let key: KeyObject | undefined;
  let why = '';
  try {
    key = read();
  } catch (error) {
    why = `: ${messageOf(error)}`;
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new AppError(
    'INVALID_CONFIG',
    `This is no Ed25519 ${kind} key in PEM${why}. "stageline heads keygen" makes a pair.`,
  );
}

/** The head of a journal that has records. Signed if there is a key. */
export function makeHead(state: JournalState, key: HeadKey | undefined): JournalHead {
  const { origin, epoch, position, hash, time } = state;
  if (hash === null) throw new TypeError('a journal without records has no head');
  const head = { partition: 0, origin, epoch, position, hash, time };
  if (key === undefined) return head;
  const signed = { ...head, keyId: key.keyId };
  return { ...signed, signature: sign(null, signedBytes(signed), key.privateKey).toString('base64url') };
}

/** A head as one line, without the line's end. */
export function headLine(head: JournalHead): string {
  return canonicalJson(head);
}

/** Reads a line as a head; what is wrong with it otherwise. */
export function parseHead(line: string): JournalHead | { readonly wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { wrong: `is not JSON: ${messageOf(error)}` };
  }
  const faults = check(value).map(({ pointer = '', detail }) => `${pointer} ${detail}`.trim());
  return faults.length > 0 ? { wrong: `is no head: ${faults.join('; ')}` } : (value as JournalHead);
}

/** What is wrong with a head's signature; undefined if it is good. */
export function signatureFault(head: JournalHead, publicKey: KeyObject): string | undefined {
  const { signature, ...signed } = head;
  if (signature === undefined) return 'is not signed';
  const keyId = keyIdOf(publicKey);
  if (head.keyId !== keyId) return `is signed with the key ${String(head.keyId)}, not with ${keyId}`;
  const good = verify(null, signedBytes(signed), publicKey, Buffer.from(signature, 'base64url'));
  return good ? undefined : 'has a signature that does not fit: it was changed after it was signed';
}

function signedBytes(head: Omit<JournalHead, 'signature'>): Buffer {
  return Buffer.from(canonicalJson(head));
}
