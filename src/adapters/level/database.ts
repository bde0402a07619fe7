import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { AppError, messageOf } from '../../errors.js';

/** A LevelDB directory with text keys and binary values. */
export type Database = ClassicLevel<string, Buffer>;

/** One change of a batch. */
export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string };

/** Parts of a key are set apart by a character that no name holds. */
export const SEPARATOR = '\0';

const FORMAT_KEY = 'format';
const FORMAT = '1';
const WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

/** LevelDB's errors are looked at by their fields: they may be of another realm's Error class. */
function fieldOf(error: unknown, field: 'cause' | 'code'): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[field] : undefined;
}

function rootCause(error: unknown): unknown {
  const cause = fieldOf(error, 'cause');
  return cause === undefined ? error : rootCause(cause);
}

/** What callers are told when LevelDB fails. */
export function unavailable(what: string, error: unknown): AppError {
  const cause = rootCause(error);
  return new AppError('ENGINE_UNAVAILABLE', `${what} failed: ${messageOf(cause)}`, { cause: error });
}

function openError(directory: string, error: unknown): AppError {
  const cause = rootCause(error);
  if (fieldOf(cause, 'code') === 'LEVEL_LOCKED') {
    return new AppError(
      'LEASE_HELD',
      `${directory} is in use by another process. Stop that process, or choose another data directory (STAGELINE_DATA_DIR).`,
      { cause: error },
    );
  }
  return new AppError('ENGINE_UNAVAILABLE', `${directory} cannot be opened: ${messageOf(cause)}`, {
    cause: error,
  });
}

async function checkFormat(db: Database, directory: string): Promise<void> {
  const found = await db.get(FORMAT_KEY);
  if (found === undefined) {
    await db.put(FORMAT_KEY, Buffer.from(FORMAT), { sync: true });
  } else if (found.toString() !== FORMAT) {
    throw new AppError(
      'ENGINE_UNAVAILABLE',
      `${directory} has format ${found.toString()}, this version reads ${FORMAT}. Use the version that wrote it.`,
    );
  }
}

/**
 * Opens, or makes, the LevelDB directory `<dir>/<name>`. LevelDB's lock on it ends with the process, however that ends.
 * Rejects with LEASE_HELD when somebody else has it, ENGINE_UNAVAILABLE when it cannot be read or written.
 */
export async function openDatabase(dir: string, name: string): Promise<Database> {
  const directory = join(dir, name);
  const db: Database = new ClassicLevel<string, Buffer>(directory, {
    keyEncoding: 'utf8',
    valueEncoding: 'buffer',
    writeBufferSize: WRITE_BUFFER_BYTES,
  });
  try {
    await db.open();
    await checkFormat(db, directory);
  } catch (error) {
    await db.close().catch(() => undefined);
    throw error instanceof AppError ? error : openError(directory, error);
  }
  return db;
}
