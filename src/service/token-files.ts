import { readFile, stat } from 'node:fs/promises';
import type { EnvironmentConfig } from '../config.js';
import { AppError, messageOf } from '../errors.js';

/** The token for what belongs to a tenant, or to none; rejects with TOKEN_MISSING where there should be one. */
export type TokenOf = (tenant: string | undefined) => Promise<string | undefined>;

type TokenSetting = Pick<EnvironmentConfig, 'name' | 'tokenFile' | 'tenantTokenFiles'>;

interface Kept {
  readonly version: string;
  readonly token: string;
}

/** What a token is made of: a line end or a header smuggled along is none. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Tokens out of the files that the environment names, read again whenever one has changed; undefined if it names none. */
export function createTokenFiles(environment: TokenSetting): TokenOf | undefined {
  const { name, tokenFile, tenantTokenFiles = {} } = environment;
  if (tokenFile === undefined && Object.keys(tenantTokenFiles).length === 0) return undefined;
  const kept = new Map<string, Kept>();

  const read = async (file: string): Promise<string> => {
    const { mtimeMs, ctimeMs, size, ino } = await stat(file);
    const version = [mtimeMs, ctimeMs, size, ino].join(' ');
    const before = kept.get(file);
    if (before?.version === version) return before.token;
    const token = (await readFile(file, 'utf8')).trim();
    if (!TOKEN.test(token)) throw new Error('it holds no token');
    kept.set(file, { version, token });
    return token;
  };

  return async (tenant) => {
    const own = tenant !== undefined && Object.hasOwn(tenantTokenFiles, tenant);
    const file = own ? tenantTokenFiles[tenant] : tokenFile;
    if (file === undefined) return undefined;
    try {
      return await read(file);
    } catch (error) {
      const field = own ? `tenantTokenFiles/${tenant}` : 'tokenFile';
      throw new AppError(
        'TOKEN_MISSING',
        `The token of environment ${name} cannot be read from its ${field}: ${reasonOf(error)}.`,
        { cause: error },
      );
    }
  };
}

/** Without the path: what it says goes into the journal. */
function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : messageOf(error);
}
