import { EMPTY_JOURNAL, readLine, type RawLine, type RecordLine } from '../core/journal.js';
import { isAborted } from '../core/pause.js';
import { EARLIEST } from '../core/start-point.js';
import { AppError } from '../errors.js';
import { readBackup } from './backup.js';
import type { JournalSource } from './journal-source.js';

/** Lines handed on at once at most. */
const GROUP = 200;

/** A line, and the name of the journal that it is of. */
export interface NamedLine {
  readonly line: RawLine;
  readonly origin: string;
}

/** A journal out of lines that follow each other: each reading begins at the first one. */
export function lineSource(open: () => AsyncIterable<NamedLine>): JournalSource {
  return {
    head: () => undefined,
    async read({ from, through = Infinity, signal }, take) {
      let state = from?.state ?? EMPTY_JOURNAL;
      let group: RecordLine[] = [];
      const hand = async (): Promise<void> => {
        const last = group.at(-1);
        if (last === undefined) return;
        if (isAborted(signal)) throw new AppError('CLOSED', 'reading the journal was ended');
        const { record, hash } = last;
        state = { ...state, epoch: 1, position: record.position, hash, time: record.time };
        await take({ kind: 'records', lines: group, state, startId: EARLIEST, publishTime: 0 });
        group = [];
      };
      for await (const { line, origin } of open()) {
        const position = line.raw['position'] as number;
        if (position === from?.state.position && line.hash !== from.state.hash) {
          throw new AppError(
            'JOURNAL_UNUSABLE',
            `Position ${position} is not the record that was read before.`,
          );
        }
        if (position <= state.position) continue;
        if (position > through) break;
        state = { ...state, origin };
        group.push(readLine(line));
        if (group.length >= GROUP) await hand();
        // What comes behind it is of no interest.
        if (position === through) break;
      }
      await hand();
      if (state.position < through && through !== Infinity) {
        const detail = `The journal ends at position ${state.position}, before ${through}; ask for a position that it has.`;
        throw new AppError('UNKNOWN_POSITION', detail);
      }
      return state;
    },
  };
}

/** The journal that a backup holds. Where it is not what was written, reading throws BACKUP_UNUSABLE. */
export function backupSource(open: () => AsyncIterable<Uint8Array>): JournalSource {
  return lineSource(async function* () {
    let origin = '';
    for await (const part of readBackup(open())) {
      if (part.kind === 'header') ({ origin } = part.header);
      if (part.kind === 'record') yield { line: part.line, origin };
    }
  });
}
