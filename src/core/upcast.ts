import { AppError } from '../errors.js';
import type { JournalRecord } from './types.js';

/** The version of the records that are written today. */
export const RECORD_VERSION = 1;

/** Makes a record of the next version out of one of an older: a pure function on raw JSON. */
export type Upcaster = (raw: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** By the version that they read. One that is here stays for ever: journals are never rewritten. */
const UPCASTERS: Readonly<Record<number, Upcaster>> = {};

/**
 * A record as the code of today knows it, whatever version wrote it. Hashes are of the line as it stands in the journal.
 * Throws JOURNAL_UNUSABLE for a version that is not known.
 */
export function upcast(
  raw: Readonly<Record<string, unknown>>,
  upcasters: Readonly<Record<number, Upcaster>> = UPCASTERS,
  current = RECORD_VERSION,
): JournalRecord {
  let record = raw;
  while (record['v'] !== current) {
    const version = record['v'];
    const step = typeof version === 'number' ? upcasters[version] : undefined;
    if (step === undefined) {
      throw new AppError(
        'JOURNAL_UNUSABLE',
        `The record at position ${String(raw['position'])} has version ${JSON.stringify(version)}, this release reads up to ${current}: start the release that wrote it, or a newer one.`,
      );
    }
    record = step(record);
  }
  return record as unknown as JournalRecord;
}
