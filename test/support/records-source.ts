import { encodeRecord, EMPTY_JOURNAL, type JournalState, type RecordLine } from '../../src/core/journal.js';
import { AppError } from '../../src/errors.js';
import type { JournalRecord } from '../../src/core/types.js';
import type { JournalItem } from '../../src/feed/follow-journal.js';
import type { JournalSource, ReadJournal } from '../../src/history/journal-source.js';

/** A journal in memory, which tells what was read of it. */
export interface RecordsSource extends JournalSource {
  /** How each reading was asked for. */
  readonly readings: Pick<ReadJournal, 'from' | 'through'>[];
  /** Records handed out so far. */
  handedOut(): number;
  /** Awaited before each message. */
  gate: () => Promise<void>;
  /** Where it ends, if not at the last record. */
  ends: number | undefined;
}

/** Records as lines that hold each other's hashes. */
export function linesOf(records: readonly JournalRecord[]): RecordLine[] {
  let prev: string | null = null;
  return records.map((given) => {
    const record: JournalRecord = { ...given, prev };
    const { line, hash } = encodeRecord(record);
    prev = hash;
    return { record, hash, bytes: line };
  });
}

/** A journal of these records, so many to a message. */
export function recordsSource(records: readonly JournalRecord[], toMessage = 3): RecordsSource {
  const lines = linesOf(records);
  const state = ({ record, hash }: RecordLine): JournalState => ({
    ...EMPTY_JOURNAL,
    epoch: 1,
    writer: 'w',
    origin: 'w',
    position: record.position,
    time: record.time,
    hash,
  });
  let handedOut = 0;
  const source: RecordsSource = {
    readings: [],
    handedOut: () => handedOut,
    gate: async () => undefined,
    ends: undefined,
    head: () => source.ends ?? lines.length,
    async read({ from, through = lines.length, signal }, take) {
      source.readings.push({ from, through });
      let last = from?.state ?? EMPTY_JOURNAL;
      for (let start = 0; start < lines.length && last.position < through; start += toMessage) {
        const message = lines.slice(start, start + toMessage);
        const rest = message.filter(({ record }) => record.position > last.position);
        const end = rest.at(-1);
        if (end === undefined) continue;
        // As in the topic: a start point is behind the message before the one that holds its record.
        if (Number(from?.startId ?? 0) > start) throw new Error('the start point lies behind its record');
        await source.gate();
        if (signal.aborted) throw new AppError('CLOSED', 'reading the journal was ended');
        handedOut += rest.length;
        last = state(end);
        const item: JournalItem = {
          kind: 'records',
          lines: rest,
          state: last,
          startId: String(start),
          publishTime: 0,
        };
        await take(item);
      }
      return last;
    },
  };
  return source;
}
