import { parseLine, type JournalMessage, type RawLine } from '../journal.js';

/** A message as it stands in the journal topic, with its id and that of the one before. */
export interface ChainMessage extends JournalMessage {
  readonly id: string;
  readonly startId: string;
}

/** Lines of one message that follow each other, hash for hash. */
export interface Segment {
  readonly lines: readonly RawLine[];
  readonly first: number;
  /** What the first line says of the one before. */
  readonly prev: string | null;
  readonly last: number;
  readonly hash: string;
  readonly epoch: number;
  readonly writer: string;
  /** It is all that its message holds, as with every message of a writer. */
  readonly whole: boolean;
  readonly message: ChainMessage;
}

/** A message of records taken apart: what follows each other, and how many lines stand before that cannot be read. */
export interface Part {
  readonly unreadable: number;
  /** Absent: nothing that can be read stands behind those lines. */
  readonly segment: Segment | undefined;
}

/** Takes a message apart without believing any of it. */
export function partsOf(message: ChainMessage): Part[] {
  const runs: { unreadable: number; lines: RawLine[] }[] = [{ unreadable: 0, lines: [] }];
  for (const bytes of linesOf(message.payload)) {
    const run = runs.at(-1) as (typeof runs)[number];
    const line = readable(bytes);
    const before = run.lines.at(-1);
    if (line === undefined && before === undefined) run.unreadable += 1;
    else if (line === undefined) runs.push({ unreadable: 1, lines: [] });
    else if (before === undefined || follows(line, before)) run.lines.push(line);
    else runs.push({ unreadable: 0, lines: [line] });
  }
  const whole = runs.length === 1 && runs[0]?.unreadable === 0;
  return runs.map(({ unreadable, lines }) => ({ unreadable, segment: segmentOf(lines, message, whole) }));
}

function segmentOf(lines: readonly RawLine[], message: ChainMessage, whole: boolean): Segment | undefined {
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    lines,
    first: positionOf(first),
    prev: first.raw['prev'] as string | null,
    last: positionOf(last),
    hash: last.hash,
    epoch: Number(message.properties['epoch'] ?? Number.NaN),
    writer: message.properties['writer'] ?? '',
    whole,
    message,
  };
}

function positionOf({ raw }: RawLine): number {
  return raw['position'] as number;
}

function follows(line: RawLine, before: RawLine): boolean {
  return positionOf(line) === positionOf(before) + 1 && line.raw['prev'] === before.hash;
}

function linesOf(payload: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start <= payload.length;) {
    const newline = payload.indexOf(0x0a, start);
    const end = newline === -1 ? payload.length : newline;
    lines.push(payload.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** A line that says where it stands; undefined if it does not. */
function readable(bytes: Buffer): RawLine | undefined {
  try {
    const line = parseLine(bytes);
    const { position, prev } = line.raw;
    const fits = Number.isSafeInteger(position) && Number(position) > 0;
    return fits && (typeof prev === 'string' || prev === null) ? line : undefined;
  } catch {
    return undefined;
  }
}
