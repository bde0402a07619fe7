import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../errors.js';

/** The bytes of a file that a setting names; INVALID_CONFIG where it cannot be read. */
export async function readGivenFile(name: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw faulty(name, `cannot be read: ${messageOf(cause)}`);
  }
}

/** A key of a service whose parts are all in this process: made once, for its owner's eyes alone. */
export async function ownKeyFile(
  dataDir: string,
  name: string,
  make: (random: Buffer) => Buffer | string,
): Promise<string> {
  const file = join(dataDir, name);
  await mkdir(dataDir, { recursive: true });
  const content = make(randomBytes(NEW_KEY_BYTES));
  await writeFile(file, content, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  return file;
}

const NEW_KEY_BYTES = 48;

export const faulty = (name: string, what: string): AppError =>
  new AppError('INVALID_CONFIG', `${name} ${what}.`);
