import { parseLine, type RawLine } from '../core/journal.js';
import { AppError, messageOf } from '../errors.js';

/** Follows records line by line, position for position and hash for hash. */
export interface Chain {
  /** The last position; 0 before the first. */
  readonly position: number;
  /** The hash of its line; null before the first. */
  readonly hash: string | null;
  /** Takes the next line. Throws JOURNAL_UNUSABLE where it does not follow. */
  add(bytes: Buffer): RawLine;
}

/** Begins before position 1, or, with `anywhere`, at whatever comes first. */
export function createChain({ anywhere = false } = {}): Chain {
  let position = 0;
  let hash: string | null = null;
  let follows = !anywhere;
  const fault = (detail: string): AppError => new AppError('JOURNAL_UNUSABLE', detail);
  return {
    get position() {
      return position;
    },
    get hash() {
      return hash;
    },
    add(bytes) {
      let line: RawLine;
      try {
        line = parseLine(bytes);
      } catch (error) {
        throw fault(`what should be position ${position + 1} is no record: ${messageOf(error)}`);
      }
      const { position: found, prev } = line.raw;
      if (typeof found !== 'number' || (follows && found !== position + 1))
        throw fault(`position ${position + 1} is missing, there is ${JSON.stringify(found)} in its place`);
      if (follows && prev !== hash) {
        throw fault(
          position === 0
            ? 'position 1 names a record before it'
            : `position ${position} is not the record that position ${found} follows: it was changed`,
        );
      }
      follows = true;
      position = found;
      hash = line.hash;
      return line;
    },
  };
}
