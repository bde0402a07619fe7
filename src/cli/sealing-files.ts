import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../errors.js';
import { generateKey, publicPart, readPrivateKeys, type KeySet, type PrivateKey } from '../sealing/keys.js';
import { usage } from './exit.js';
import { writeWhole } from './whole-file.js';

/** Reads a file of keys. */
export async function readKeyFile<Key>(
  file: string,
  cwd: string,
  read: (text: string) => KeySet<Key>,
): Promise<KeySet<Key>> {
  try {
    return read(await readFile(resolve(cwd, file), 'utf8'));
  } catch (error) {
    throw usage(`the keys in ${file} cannot be read: ${messageOf(error)}`);
  }
}

/** Puts a new key before those of the file, which only its owner may read; the public ones go beside it. */
export async function addKey(file: string, cwd: string): Promise<{ path: string; key: PrivateKey }> {
  const path = resolve(cwd, file);
  const isThere = existsSync(path);
  const before = isThere ? (await readKeyFile(path, cwd, readPrivateKeys)).keys : [];
  const key = await generateKey();
  const keys = [key, ...before];
  await writeWhole(path, [json({ keys })], 0o600);
  await writeWhole(`${path}.pub`, [json({ keys: keys.map(publicPart) })], 0o644);
  return { path, key };
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
