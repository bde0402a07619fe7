import { readFile, stat } from 'node:fs/promises';
import { AppError, messageOf } from '../../errors.js';

/** A file that a setting names. */
export interface NamedFile {
  readonly path: string;
  /** What it holds and which setting names it, for messages: `The token of environment prod cannot be read from its tokenFile`. */
  readonly what: string;
  readonly setting: string;
}

/** Reads a file, anew whenever it has changed; rejects with TOKEN_MISSING, which never tells its path or what it holds. */
export type ReadFile = (file: NamedFile, fault?: (content: string) => string | undefined) => Promise<string>;

interface Kept {
  readonly version: string;
  readonly content: string;
}

/** Keeps what was read until the file is another one. */
export function createFileReader(): ReadFile {
  const kept = new Map<string, Kept>();

  const read = async (path: string, fault: (content: string) => string | undefined): Promise<string> => {
    const { mtimeMs, ctimeMs, size, ino } = await stat(path);
    const version = [mtimeMs, ctimeMs, size, ino].join(' ');
    const before = kept.get(path);
    if (before?.version === version) return before.content;
    const content = (await readFile(path, 'utf8')).trim();
    const wrong = fault(content);
    if (wrong !== undefined) throw new Error(wrong);
    kept.set(path, { version, content });
    return content;
  };

  return async ({ path, what, setting }, fault = () => undefined) => {
    try {
      return await read(path, fault);
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      // Without the path: what is said here goes into the journal.
      const reason = typeof code === 'string' ? code : messageOf(error);
      throw new AppError('TOKEN_MISSING', `${what} cannot be read from ${setting}: ${reason}.`, {
        cause: error,
      });
    }
  };
}
