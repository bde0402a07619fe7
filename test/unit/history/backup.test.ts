import fc from 'fast-check';
import { sha256 } from '../../../src/core/canonical.js';
import { readBackup, writeBackup, type BackupPart } from '../../../src/history/backup.js';
import { backupSource } from '../../../src/history/line-source.js';
import { readLines } from '../../../src/history/read-lines.js';
import { recordOf } from '../../support/fake-feed.js';
import { linesOf, recordsSource } from '../../support/records-source.js';

const records = (count: number) => Array.from({ length: count }, (_, index) => recordOf(index + 1, []));

async function backupOf(count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const { bytes } of writeBackup(recordsSource(records(count)), {
    madeAt: '2026-01-31T12:00:00.000Z',
  }))
    parts.push(bytes);
  return Buffer.concat(parts);
}

/** The bytes in chunks of this size. */
async function* chunked(bytes: Buffer, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function partsOf(bytes: Buffer, size?: number): Promise<BackupPart[]> {
  const parts: BackupPart[] = [];
  for await (const part of readBackup(chunked(bytes, size))) parts.push(part);
  return parts;
}

/** The backup of five records with its lines changed. */
async function changed(change: (lines: string[]) => string[]): Promise<Buffer> {
  const lines = (await backupOf(5)).toString().split('\n').slice(0, -1);
  return Buffer.from(
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

describe('a backup', () => {
  it('holds a header, the exact lines and a trailer', async () => {
    const lines = linesOf(records(5));
    const last = lines[4];
    expect((await backupOf(5)).toString()).toBe(
      [
        '{"format":"stageline-journal","version":1,"partition":0,"origin":"w","madeAt":"2026-01-31T12:00:00.000Z"}',
        ...lines.map(({ bytes }) => bytes.toString()),
        `{"records":5,"lastPosition":5,"lastHash":"${String(last?.hash)}"}`,
        '',
      ].join('\n'),
    );
  });

  it('of an empty journal is one of no records', async () => {
    const parts = await partsOf(await backupOf(0));
    expect(parts.map(({ kind }) => kind)).toEqual(['header', 'trailer']);
    expect(parts[1]).toMatchObject({ trailer: { records: 0, lastPosition: 0, lastHash: null } });
  });

  it('gives back the lines that went in, wherever the file is cut into chunks', async () => {
    const bytes = await backupOf(7);
    const lines = linesOf(records(7));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5_000 }), async (size) => {
        const parts = await partsOf(bytes, size);
        const read = parts.flatMap((part) => (part.kind === 'record' ? [part.line] : []));
        expect(read.map((line) => line.bytes.toString())).toEqual(lines.map((line) => line.bytes.toString()));
        expect(read.map(({ hash }) => hash)).toEqual(lines.map(({ hash }) => hash));
        expect(parts.at(-1)).toMatchObject({ trailer: { records: 7, lastHash: lines[6]?.hash } });
      }),
      { numRuns: 30 },
    );
  });

  it('is a journal to read', async () => {
    const bytes = await backupOf(7);
    const source = backupSource(() => chunked(bytes));
    const read: number[] = [];
    for await (const { lines, state } of readLines(source, { from: 3, to: 6 })) {
      read.push(...lines.map(({ record }) => record.position));
      expect(state).toMatchObject({ origin: 'w', hash: lines.at(-1)?.hash });
    }
    expect(read).toEqual([3, 4, 5, 6]);
  });

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'a changed record',
      (lines) => lines.map((line, index) => (index === 2 ? line.replace('"local"', '"mallory"') : line)),
      /^Line 4 \(behind position 2\): position 2 is not the record that position 3 follows: it was changed/,
    ],
    [
      'a change of the last record',
      (lines) => lines.map((line, index) => (index === 5 ? line.replace('"local"', '"mallory"') : line)),
      /^Line 7 \(behind position 5\): position 5 is not the record that was written: it was changed/,
    ],
    [
      'a removed record',
      (lines) => lines.filter((_, index) => index !== 3),
      /^Line 4 \(behind position 2\): position 3 is missing, there is 4/,
    ],
    [
      'the last record removed',
      (lines) => lines.filter((_, index) => index !== 5),
      /^Line 6 \(behind position 4\): it says that there are 5 records, there are 4/,
    ],
    [
      'records in another order',
      (lines) => [...lines.slice(0, 2), ...lines.slice(2, 4).reverse(), ...lines.slice(4)],
      /^Line 3 \(behind position 1\): position 2 is missing, there is 3/,
    ],
    [
      'an inserted record',
      (lines) => [...lines.slice(0, 3), lines[2] ?? '', ...lines.slice(3)],
      /^Line 4 \(behind position 2\): position 3 is missing, there is 2/,
    ],
    [
      'a line that is no JSON',
      (lines) => lines.map((line, index) => (index === 3 ? line.slice(0, -1) : line)),
      /^Line 4 \(behind position 2\): what should be position 3 is no record/,
    ],
    [
      'a missing trailer',
      (lines) => lines.slice(0, -1),
      /^Line 7 \(behind position 5\): the file ends here, and its last line is missing/,
    ],
    [
      'something behind the trailer',
      (lines) => [...lines, lines[1] ?? ''],
      /^Line 8 \(behind position 5\): something stands behind the end/,
    ],
    ['a missing header', (lines) => lines.slice(1), /^Line 1 \(behind position 0\): it is no header/],
    [
      'another format',
      ([header = '', ...lines]) => [header.replace('"version":1', '"version":2'), ...lines],
      /^Line 1 \(behind position 0\): it is no header.*\/version/,
    ],
    ['nothing', () => [], /^Line 1 \(behind position 0\): the file ends here/],
  ])('is refused with %s, naming the place', async (_what, change, message) => {
    await expect(partsOf(await changed(change))).rejects.toMatchObject({
      code: 'BACKUP_UNUSABLE',
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('is refused wherever it was cut', async () => {
    const bytes = await backupOf(3);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        await expect(partsOf(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'BACKUP_UNUSABLE' });
      }),
    );
  });

  it('is refused with any byte of a record changed', async () => {
    const bytes = await backupOf(3);
    const start = bytes.indexOf(0x0a) + 1;
    const end = bytes.lastIndexOf(0x0a, bytes.length - 2);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: end - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const other = Buffer.from(bytes);
          other[at] = ((other[at] ?? 0) + by) % 256;
          await expect(partsOf(other)).rejects.toMatchObject({ code: 'BACKUP_UNUSABLE' });
        },
      ),
    );
  });

  it('is not made of a journal that does not hang together', async () => {
    const source = recordsSource(records(4));
    const read = source.read.bind(source);
    source.read = (options, take) =>
      read(options, (item) => {
        if (item.kind !== 'records') return take(item);
        const lines = item.lines.map((line) =>
          line.record.position === 2
            ? { ...line, bytes: Buffer.from(line.bytes.toString().replace('local', 'eve')) }
            : line,
        );
        return take({ ...item, lines });
      });
    const written = async (): Promise<void> => {
      for await (const part of writeBackup(source, { madeAt: '' })) expect(part.position).toBeLessThan(3);
    };
    await expect(written()).rejects.toThrow('position 2 is not the record that position 3 follows');
  });

  it('names the hash of the last line, as anyone can make it', async () => {
    const lines = (await backupOf(2)).toString().split('\n');
    expect(lines[3]).toContain(sha256(lines[2] ?? ''));
  });
});
