import type { RawLine } from '../core/journal.js';
import type { BackupHeader, BackupTrailer } from '../core/types.js';
import { validator } from '../core/validate.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import { createChain } from './chain.js';
import type { JournalSource } from './journal-source.js';
import { readLines } from './read-lines.js';
import { splitLines } from './split-lines.js';

const headerFaults = validator('backup-header.json');
const trailerFaults = validator('backup-trailer.json');

/** A part of a backup, in the order of the file. */
export type BackupPart =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'record'; readonly line: RawLine }
  | { readonly kind: 'trailer'; readonly trailer: BackupTrailer };

const lineOf = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
const NEWLINE = Buffer.from('\n');

/** A journal as a backup, some bytes at a time; its records are followed hash for hash on the way. */
export async function* writeBackup(
  source: JournalSource,
  { madeAt, signal }: { readonly madeAt: string; readonly signal?: AbortSignal },
): AsyncGenerator<{ readonly bytes: Buffer; readonly position: number }, BackupTrailer> {
  const chain = createChain();
  const header = (origin: string): BackupHeader => ({
    format: 'stageline-journal',
    version: 1,
    partition: 0,
    origin,
    madeAt,
  });
  for await (const { lines, state } of readLines(source, signal === undefined ? {} : { signal })) {
    const first = chain.position === 0 ? [lineOf(header(state.origin))] : [];
    const written = lines.flatMap(({ bytes }) => [chain.add(bytes).bytes, NEWLINE]);
    yield { bytes: Buffer.concat([...first, ...written]), position: chain.position };
  }
  const trailer: BackupTrailer = {
    records: chain.position,
    lastPosition: chain.position,
    lastHash: chain.hash,
  };
  const first = chain.position === 0 ? [lineOf(header(''))] : [];
  yield { bytes: Buffer.concat([...first, lineOf(trailer)]), position: chain.position };
  return trailer;
}

/**
 * Reads a backup and follows its records hash for hash. Throws BACKUP_UNUSABLE, with line and position, where the file is
 * not what was written: changed, cut short, out of order, or something else.
 */
export async function* readBackup(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<BackupPart, void> {
  const chain = createChain();
  let number = 0;
  let trailer: BackupTrailer | undefined;
  const unusable = (detail: string, position = chain.position): AppError =>
    new AppError(
      'BACKUP_UNUSABLE',
      `Line ${number} (behind position ${position}): ${detail}. Take another backup.`,
    );
  try {
    const lines = splitLines(chunks, () => {
      number += 1;
      throw unusable('it is cut short');
    });
    for await (const bytes of lines) {
      number += 1;
      if (number === 1) {
        yield { kind: 'header', header: readHeader(bytes, unusable) };
      } else if (trailer !== undefined) {
        throw unusable('something stands behind the end');
      } else if ((trailer = readTrailer(bytes)) === undefined) {
        yield { kind: 'record', line: follow(bytes, chain, unusable) };
      } else {
        if (trailer.records !== chain.position || trailer.lastPosition !== chain.position)
          throw unusable(`it says that there are ${trailer.records} records, there are ${chain.position}`);
        if (trailer.lastHash !== chain.hash)
          throw unusable(`position ${chain.position} is not the record that was written: it was changed`);
        yield { kind: 'trailer', trailer };
      }
    }
  } catch (error) {
    if (!hasCode(error, 'TOO_LARGE')) throw error;
    number += 1;
    throw unusable(messageOf(error));
  }
  if (trailer === undefined) {
    number += 1;
    throw unusable('the file ends here, and its last line is missing: it is cut short');
  }
}

type Unusable = (detail: string) => AppError;

function follow(bytes: Buffer, chain: ReturnType<typeof createChain>, unusable: Unusable): RawLine {
  try {
    return chain.add(bytes);
  } catch (error) {
    throw unusable(messageOf(error));
  }
}

function readHeader(bytes: Buffer, unusable: Unusable): BackupHeader {
  const value = parsed(bytes);
  const [fault] = headerFaults(value);
  if (fault === undefined) return value as BackupHeader;
  throw unusable(
    `it is no header of a backup that this release reads (${fault.pointer ?? ''} ${fault.detail})`,
  );
}

/** The trailer, if the line is one. */
function readTrailer(bytes: Buffer): BackupTrailer | undefined {
  // Records are longer, and begin otherwise: they need not be parsed twice.
  if (bytes.length > 1_000 || !bytes.subarray(0, 10).includes('"records"')) return undefined;
  const value = parsed(bytes);
  return trailerFaults(value).length === 0 ? (value as BackupTrailer) : undefined;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
