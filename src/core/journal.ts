import { sha256 } from './canonical.js';
import { isObject } from './merge-patch.js';
import type { JournalRecord, Mark } from './types.js';
import { upcast } from './upcast.js';

/** What decides whether the next message counts: the mark in force and the last record. */
export interface JournalState {
  /** Epoch of the newest counting mark; 0 before the first. */
  readonly epoch: number;
  /** Writer id of that mark. */
  readonly writer: string;
  /** Writer id of the first mark: it names this journal, so that a restored one is another. */
  readonly origin: string;
  /** Position of the last record; 0 before the first. */
  readonly position: number;
  /** SHA-256 of the last record's line; null before the first. */
  readonly hash: string | null;
  /** Time of the last record; '' before the first. */
  readonly time: string;
  /** The journal was restored from a backup that ends here: effects up to this record may be out already. */
  readonly restored?: number;
}

export const EMPTY_JOURNAL: JournalState = {
  epoch: 0,
  writer: '',
  origin: '',
  position: 0,
  hash: null,
  time: '',
};

/** A message as it stands in the journal topic. */
export interface JournalMessage {
  readonly payload: Buffer;
  readonly properties: Readonly<Record<string, string>>;
}

/** A record with its exact line and the hash of that, which the next record names as `prev`. */
export interface RecordLine {
  readonly record: JournalRecord;
  readonly hash: string;
  readonly bytes: Buffer;
}

export type Admission =
  | { readonly kind: 'mark'; readonly state: JournalState; readonly mark: Mark['mark'] }
  | { readonly kind: 'records'; readonly state: JournalState; readonly lines: readonly RecordLine[] }
  | {
      readonly kind: 'void';
      readonly reason: string;
      readonly writer: string;
      /** It belongs to a journal whose beginning is not there: before any mark, yet not a first one. */
      readonly orphan: boolean;
      /** It holds records, or says so. */
      readonly records: boolean;
    };

/** The message that begins a writer's term. */
export function markMessage(mark: Mark['mark']): JournalMessage {
  return {
    payload: Buffer.from(JSON.stringify({ mark })),
    properties: { type: 'mark', epoch: String(mark.epoch), writer: mark.writer },
  };
}

/** A batch of encoded records as one message. */
export function recordsMessage(
  lines: readonly Buffer[],
  state: Pick<JournalState, 'epoch' | 'writer'>,
): JournalMessage {
  const newline = Buffer.from('\n');
  const payload = Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [newline, line])));
  return { payload, properties: { type: 'records', epoch: String(state.epoch), writer: state.writer } };
}

/** A record's exact bytes in the journal, and their hash. Nothing is ever serialised again to be hashed. */
export function encodeRecord(record: JournalRecord): { readonly line: Buffer; readonly hash: string } {
  const line = Buffer.from(JSON.stringify(record));
  return { line, hash: sha256(line) };
}

/** A line of a records message, whatever version wrote it. */
export interface RawLine {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly hash: string;
  readonly bytes: Buffer;
}

/** Takes a records message apart without judging it. Throws a SyntaxError where it is not NDJSON. */
export function parseLines(payload: Buffer): RawLine[] {
  const lines: RawLine[] = [];
  for (let start = 0; start <= payload.length;) {
    const newline = payload.indexOf(0x0a, start);
    const end = newline === -1 ? payload.length : newline;
    const bytes = payload.subarray(start, end);
    lines.push(parseLine(bytes));
    start = end + 1;
    if (newline === -1) break;
  }
  return lines;
}

/** Takes one line apart. Throws a SyntaxError where it is no JSON object. */
export function parseLine(bytes: Buffer): RawLine {
  const raw: unknown = JSON.parse(bytes.toString('utf8'));
  if (!isObject(raw)) throw new SyntaxError('a record is a JSON object');
  return { raw, hash: sha256(bytes), bytes };
}

/** A line that counts, as the code of today knows it. Throws JOURNAL_UNUSABLE where a newer version wrote it. */
export function readLine({ raw, hash, bytes }: RawLine): RecordLine {
  return { record: upcast(raw), hash, bytes };
}

/**
 * Says whether a message counts, as a whole or not at all: a mark if its epoch is exactly one above the mark in force;
 * records if they carry that mark's epoch and writer and go on where the last record ended, hash for hash. A writer that
 * lost its lease without noticing can append, and changes nothing. `known`: what the same bytes were found to hold before.
 */
export function admit(
  state: JournalState,
  message: JournalMessage,
  known?: readonly RecordLine[],
): Admission {
  const writer = message.properties['writer'] ?? '';
  const type = message.properties['type'];
  const orphan =
    state.epoch === 0 && (type === 'records' || (type === 'mark' && message.properties['epoch'] !== '1'));
  const fault = (reason: string): Admission => ({
    kind: 'void',
    reason,
    writer,
    orphan,
    records: type === 'records',
  });
  switch (type) {
    case 'mark':
      return admitMark(state, message, fault);
    case 'records': {
      if (message.properties['epoch'] !== String(state.epoch) || writer !== state.writer) {
        return fault(`epoch ${message.properties['epoch'] ?? '?'} of writer ${writer} is not in force`);
      }
      return known === undefined ? admitRecords(state, message, fault) : admitKnown(state, known, fault);
    }
    case undefined:
    default:
      return fault('neither a mark nor records');
  }
}

function admitMark(
  state: JournalState,
  message: JournalMessage,
  fault: (reason: string) => Admission,
): Admission {
  let mark: Mark['mark'] | undefined;
  try {
    mark = (JSON.parse(message.payload.toString('utf8')) as Partial<Mark>).mark;
  } catch {
    return fault('a mark that is not JSON');
  }
  if (typeof mark?.epoch !== 'number' || typeof mark.writer !== 'string')
    return fault('a mark without epoch or writer');
  if (mark.epoch !== state.epoch + 1)
    return fault(`a mark of epoch ${mark.epoch} after epoch ${state.epoch}`);
  const origin = state.origin === '' ? mark.writer : state.origin;
  const restored = mark.restored === undefined ? {} : { restored: mark.restored };
  return {
    kind: 'mark',
    mark,
    state: { ...state, epoch: mark.epoch, writer: mark.writer, origin, ...restored },
  };
}

function admitRecords(
  state: JournalState,
  message: JournalMessage,
  fault: (reason: string) => Admission,
): Admission {
  let lines: RawLine[];
  try {
    lines = parseLines(message.payload);
  } catch {
    return fault('a record that is not JSON');
  }
  let { position, hash } = state;
  // Position and `prev` stand where they do in every version.
  for (const { raw, hash: own } of lines) {
    if (raw['position'] !== position + 1)
      return fault(`position ${String(raw['position'])} after ${position}`);
    if (raw['prev'] !== hash)
      return fault(`the record at position ${position + 1} does not follow the one before`);
    position += 1;
    hash = own;
  }
  const read = lines.map(readLine);
  const { time } = (read.at(-1) as RecordLine).record;
  return { kind: 'records', lines: read, state: { ...state, position, hash, time } };
}

/** Lines that this process wrote itself need not be parsed and hashed again. */
function admitKnown(
  state: JournalState,
  lines: readonly RecordLine[],
  fault: (reason: string) => Admission,
): Admission {
  let { position, hash, time } = state;
  for (const { record, hash: own } of lines) {
    if (record.position !== position + 1) return fault(`position ${record.position} after ${position}`);
    if (record.prev !== hash)
      return fault(`the record at position ${position + 1} does not follow the one before`);
    position += 1;
    hash = own;
    time = record.time;
  }
  return { kind: 'records', lines, state: { ...state, position, hash, time } };
}
