import { readFile, stat } from 'node:fs/promises';
import { AppError, messageOf } from '../errors.js';
import type { KeySet } from './keys.js';

/** Keys as the file has them now; rejects with SEALED_KEY_UNKNOWN where it cannot be read. */
export type KeysNow<Key> = () => Promise<KeySet<Key>>;

/** A file of keys that is read again whenever it has changed. `setting` is what people call it. */
export function keyFile<Key>(
  path: string,
  setting: string,
  read: (text: string) => KeySet<Key>,
): KeysNow<Key> {
  let kept: { readonly version: string; readonly keys: KeySet<Key> } | undefined;
  return async () => {
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(path);
      const version = [mtimeMs, ctimeMs, size, ino].join(' ');
      if (kept?.version !== version) kept = { version, keys: read(await readFile(path, 'utf8')) };
      return kept.keys;
    } catch (error) {
      // Without the path: what it says goes into the journal.
      const { code } = error as { readonly code?: unknown };
      const why = typeof code === 'string' ? code : messageOf(error);
      throw new AppError('SEALED_KEY_UNKNOWN', `The keys in ${setting} cannot be read: ${why}.`, {
        cause: error,
      });
    }
  };
}
