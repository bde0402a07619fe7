import fc from 'fast-check';
import { createChainCheck, type ChainCounts } from '../../../../src/core/chain/chain-check.js';
import { createClaims, type Claim } from '../../../../src/core/chain/claims.js';
import type { JournalFault } from '../../../../src/core/chain/journal-fault.js';
import { markMessage, parseLines, type JournalMessage } from '../../../../src/core/journal.js';
import { asRead, createJournalWriter, type JournalWriter } from '../../../support/journal-writer.js';

interface Checked {
  readonly faults: readonly JournalFault[];
  /** `kind first-last` of each fault. */
  readonly told: readonly string[];
  /** Positions in the order of the chain. */
  readonly positions: readonly number[];
  readonly counts: ChainCounts;
}

function check(messages: readonly JournalMessage[], known: readonly Claim[] = []): Checked {
  const faults: JournalFault[] = [];
  const claims = createClaims(known);
  const chain = createChainCheck({ known: claims.known, onFault: (fault) => faults.push(fault) });
  const lines = [...asRead(messages).flatMap((message) => chain.take(message)), ...chain.finish()];
  for (const part of lines) part.lines.forEach(claims.take);
  faults.push(...claims.faults(chain.head()));
  return {
    faults,
    told: faults.map(
      ({ kind, position, through }) => `${kind} ${position}${through === undefined ? '' : `-${through}`}`,
    ),
    positions: lines.flatMap((part) => part.lines.map(({ raw }) => raw['position'] as number)),
    counts: chain.counts(),
  };
}

/** Two terms of five messages with three records each: message 0 is a mark, records 1 to 15 in 1 to 5, a mark, 16 to 30 in 7 to 11. */
function twoTerms(): JournalWriter {
  const journal = createJournalWriter();
  for (let term = 0; term < 2; term += 1) {
    journal.mark();
    for (let message = 0; message < 5; message += 1) journal.records(3);
  }
  return journal;
}

const claim = (position: number, hash: string, trusted = false): Claim => ({
  position,
  hash,
  by: 'the checkpoint',
  trusted,
});

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Changes the lines of one message. */
function edited(message: JournalMessage, edit: (lines: Buffer[]) => Buffer[]): JournalMessage {
  const lines = parseLines(message.payload).map(({ bytes }) => bytes);
  return { ...message, payload: Buffer.from(edit(lines).map(String).join('\n')) };
}

const forged = (line: Buffer): Buffer => Buffer.from(String(line).replace('"partition":0', '"partition":7'));
const at = <T>(list: readonly T[], index: number): T => list[index] as T;

/** What a journal may hold although nobody has tampered with it. */
type Step =
  | { readonly kind: 'mark' }
  | { readonly kind: 'records'; readonly count: number }
  /** The writer before the last mark goes on, having heard of nothing. */
  | { readonly kind: 'late'; readonly messages: number }
  /** A message gets lost, some behind it do not; the term ends. */
  | { readonly kind: 'lost'; readonly messages: number }
  /** A message is stored twice; some go on behind it; the term ends. */
  | { readonly kind: 'twice'; readonly messages: number };

const count = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: 'mark' as const }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('records' as const), count: count(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('late' as const), messages: count(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lost' as const), messages: count(7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('twice' as const), messages: count(8) }) },
);

interface Written {
  readonly journal: JournalWriter;
  /** Where messages of records lie that count, with their positions. */
  readonly counting: readonly { readonly index: number; readonly first: number; readonly last: number }[];
  readonly voids: number;
}

function written(steps: readonly Step[]): Written {
  const journal = createJournalWriter();
  const counting: { index: number; first: number; last: number }[] = [];
  let voids = 0;
  let before = journal.state();
  const mark = (): void => {
    before = journal.state();
    journal.mark();
  };
  const records = (lines: number): void => {
    const first = journal.state().position + 1;
    journal.records(lines);
    counting.push({ index: journal.messages.length - 1, first, last: journal.state().position });
  };
  /** Messages one behind the other that nobody counts. */
  const unheard = (from: typeof before, messages: number): void => {
    for (let state = from, sent = 0; sent < messages; sent += 1) {
      const { message, behind } = journal.unsent(2, state);
      journal.messages.push(message);
      state = behind;
      voids += 1;
    }
  };
  mark();
  records(2);
  for (const one of steps) {
    switch (one.kind) {
      case 'mark':
        mark();
        break;
      case 'records':
        records(one.count);
        break;
      case 'late':
        mark();
        if (before.epoch > 0) unheard(before, one.messages);
        break;
      case 'lost':
        unheard(journal.unsent(1).behind, one.messages);
        mark();
        break;
      case 'twice':
        journal.messages.push(at(journal.messages, counting.at(-1)?.index ?? 0));
        voids += 1;
        for (let sent = 0; sent < one.messages; sent += 1) records(1);
        mark();
        break;
    }
  }
  records(1);
  return { journal, counting, voids };
}

describe('the check of the chain', () => {
  it('says nothing of a journal as writers leave it', () => {
    const { told, positions, counts } = check(twoTerms().messages);
    expect(told).toEqual([]);
    expect(positions).toEqual(numbers(1, 30));
    expect(counts).toEqual({ messages: 12, terms: 2, voids: 0 });
  });

  it('counts what a writer appends that has lost the lease', () => {
    const journal = twoTerms();
    const stalled = journal.state();
    journal.mark();
    const late = journal.unsent(2, stalled);
    journal.messages.push(late.message, journal.unsent(2, late.behind).message);
    journal.records(3);
    journal.mark();
    journal.records(1);
    const { told, counts, positions } = check(journal.messages);
    expect(told).toEqual([]);
    expect(counts.voids).toBe(2);
    expect(positions).toEqual(numbers(1, 34));
  });

  it('counts what a writer appends behind a message that was lost', () => {
    const journal = twoTerms();
    const lost = journal.unsent(3);
    let { behind } = lost;
    for (let sent = 0; sent < 7; sent += 1) {
      const next = journal.unsent(1, behind);
      journal.messages.push(next.message);
      ({ behind } = next);
    }
    journal.mark();
    journal.records(1);
    const { told, counts } = check(journal.messages);
    expect(told).toEqual([]);
    expect(counts.voids).toBe(7);
  });

  it('counts a message that was stored twice before its writer gave up', () => {
    const journal = twoTerms();
    journal.messages.push(at(journal.messages, 11));
    journal.records(2);
    journal.mark();
    journal.records(2);
    const { told, counts } = check(journal.messages);
    expect(told).toEqual([]);
    expect(counts.voids).toBe(1);
  });

  it.each([
    { where: 'within a message', message: 2, line: 1, position: 5 },
    { where: 'the first of a message', message: 2, line: 0, position: 4 },
    { where: 'the last of a message', message: 2, line: 2, position: 6 },
    { where: 'the first of all', message: 1, line: 0, position: 1 },
    { where: 'the last of a term', message: 5, line: 2, position: 15 },
    { where: 'the first of a term', message: 7, line: 0, position: 16 },
    { where: 'the last but one', message: 11, line: 1, position: 29 },
  ])('names a changed record: $where', ({ message, line, position }) => {
    const { messages } = twoTerms();
    messages[message] = edited(at(messages, message), (lines) => lines.with(line, forged(at(lines, line))));
    const { told, positions } = check(messages);
    expect(told).toEqual([`changed ${position}`]);
    expect(positions).toEqual(numbers(1, 30));
  });

  it('names two changed records one behind the other', () => {
    const { messages } = twoTerms();
    messages[3] = edited(at(messages, 3), (lines) => lines.map(forged));
    expect(check(messages).told).toEqual(['changed 7', 'changed 8', 'changed 9']);
  });

  it('names a record that cannot be read any more', () => {
    const { messages } = twoTerms();
    messages[3] = edited(at(messages, 3), (lines) => lines.with(1, Buffer.from('{"position":8')));
    expect(check(messages).told).toEqual(['changed 8']);
    messages[3] = { ...at(messages, 3), payload: Buffer.from('x\ny\nz') };
    expect(check(messages).told).toEqual(['changed 7-9']);
  });

  it('names removed records: within a message, whole messages, the first ones, and across a mark', () => {
    const { messages } = twoTerms();
    const within = messages.with(
      2,
      edited(at(messages, 2), (lines) => lines.toSpliced(1, 1)),
    );
    expect(check(within).told).toEqual(['removed 5']);
    expect(check(messages.toSpliced(3, 2)).told).toEqual(['removed 7-12']);
    expect(check(messages.toSpliced(1, 1)).told).toEqual(['removed 1-3']);
    expect(check(messages.toSpliced(5, 1)).told).toEqual(['removed 13-15']);
    expect(check(messages.toSpliced(7, 1)).told).toEqual(['removed 16-18']);
    expect(check(messages.toSpliced(4, 4)).told).toEqual(['removed 18', 'removed 10-18']);
  });

  it('names the records that are missing at the beginning of a trimmed journal', () => {
    const { messages } = twoTerms();
    expect(check(messages.slice(6)).told).toEqual(['removed 0', 'removed 1-15']);
    expect(check(messages.slice(9)).told).toEqual(['removed 21', 'removed 1-21']);
  });

  it('names an inserted record: another one in its place, one of its own, a copy, and rubbish', () => {
    const { messages } = twoTerms();
    const twice = messages.with(
      2,
      edited(at(messages, 2), (lines) => lines.toSpliced(1, 0, forged(at(lines, 1)))),
    );
    expect(check(twice).told).toEqual(['inserted 5']);
    const [, , second] = messages;
    const other = edited(second as JournalMessage, (lines) => lines.slice(0, 1).map(forged));
    expect(check(messages.toSpliced(2, 0, other)).told).toEqual(['inserted 4']);
    expect(check(messages.toSpliced(4, 0, other)).told).toEqual(['inserted 4']);
    const rubbish = { payload: Buffer.from('rubbish'), properties: {} };
    expect(check(messages.toSpliced(4, 0, rubbish)).told).toEqual(['inserted 10']);
    const long = createJournalWriter();
    long.mark();
    for (let count = 0; count < 20; count += 1) long.records(1);
    expect(check(long.messages.toSpliced(9, 0, at(long.messages, 3))).told).toEqual(['inserted 3']);
  });

  it('names an inserted message of a writer that never had the lease', () => {
    const { messages } = twoTerms();
    const foreign = { ...at(messages, 3), properties: { type: 'records', epoch: '1', writer: 'nobody' } };
    const its = edited(foreign, (lines) => lines.map(forged));
    expect(check(messages.toSpliced(3, 0, its)).told).toEqual(['inserted 7-9']);
    expect(check([...messages, its]).told).toEqual(['inserted 7-9']);
  });

  it('names reordered records: lines, neighbours, and messages far from their place', () => {
    const { messages } = twoTerms();
    const lines = messages.with(
      2,
      edited(at(messages, 2), ([one, two, three]) => [one, three, two] as Buffer[]),
    );
    expect(check(lines).told).toEqual(['reordered 6']);
    expect(check(messages.with(2, at(messages, 3)).with(3, at(messages, 2))).told).toEqual(['reordered 7-9']);
    expect(check(messages.toSpliced(4, 1).toSpliced(1, 0, at(messages, 4))).told).toEqual([
      'reordered 10-12',
    ]);
    const long = createJournalWriter();
    long.mark();
    for (let count = 0; count < 40; count += 1) long.records(2);
    const moved = long.messages.toSpliced(30, 0, at(long.messages, 5)).toSpliced(5, 1);
    expect(check(moved).told).toEqual(['reordered 9-10']);
    expect(check(moved).positions).toHaveLength(78);
  });

  it('names marks that are missing, put in between, or in another place', () => {
    const short = twoTerms();
    const known = [claim(30, short.state().hash as string)];
    expect(check(short.messages.toSpliced(6, 1), known).told).toEqual(['removed 15']);
    const journal = createJournalWriter();
    for (let term = 0; term < 3; term += 1) {
      journal.mark();
      for (let count = 0; count < 10; count += 1) journal.records(1);
    }
    const long = journal.messages;
    expect(check(long.toSpliced(11, 1)).told).toEqual(['removed 10']);
    const mark = markMessage({ epoch: 2, writer: 'nobody', time: '2026-01-01T00:00:00.000Z' });
    expect(check(long.toSpliced(4, 0, mark)).told).toContain('inserted 3');
    expect(check(long.toSpliced(11, 1).toSpliced(12, 0, at(long, 11))).told).toEqual(['reordered 11']);
    expect(check(long.toSpliced(11, 1).toSpliced(9, 0, at(long, 11))).told).toEqual(['reordered 9-10']);
    const forgedMark = { ...at(long, 11), payload: Buffer.from('{"mark":{"epoch":2,"writer":"x"}}') };
    expect(check(long.with(11, forgedMark)).told).toEqual(['changed 10']);
  });

  it('knows by a head which of two ends is the true one', () => {
    const journal = twoTerms();
    const { position, hash } = journal.state();
    const known = [claim(position, hash as string)];
    const { messages } = journal;
    const rewritten = edited(at(messages, 11), (lines) => lines.with(2, forged(at(lines, 2))));
    expect(check([...messages.slice(0, 11), rewritten, at(messages, 11)], known).told).toEqual([
      'inserted 28-30',
    ]);
  });

  it('finds nothing wrong with whatever writers may leave', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { journal, voids } = written(steps);
        const { told, positions, counts } = check(journal.messages);
        expect(told).toEqual([]);
        expect(positions).toEqual(numbers(1, journal.state().position));
        expect(counts.voids).toBe(voids);
      }),
      { numRuns: 300 },
    );
  });

  it('finds whatever is done to a record, and names its place', () => {
    const tampering = fc.constantFrom('change', 'remove', 'removeLine', 'insert', 'swap');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), tampering, fc.nat(), (steps, what, choice) => {
        const { journal, counting } = written(steps);
        const { messages } = journal;
        const target = at(counting, choice % counting.length);
        const next = counting.find(({ first }) => first === target.last + 1);
        const { position, hash } = journal.state();
        const claims = [claim(position, hash as string)];
        const message = at(messages, target.index);
        // Where a message stands twice the other one takes its place, and nothing is missing.
        fc.pre(messages.filter(({ payload }) => payload.equals(message.payload)).length === 1);
        const first = (edit: (lines: Buffer[]) => Buffer[]): JournalMessage[] =>
          messages.with(target.index, edited(message, edit));
        const tampered = {
          change: () => first((lines) => lines.with(0, forged(at(lines, 0)))),
          remove: () => messages.toSpliced(target.index, 1),
          removeLine: () => first((lines) => lines.slice(1)).filter(({ payload }) => payload.length > 0),
          insert: () =>
            messages.toSpliced(
              target.index,
              0,
              edited(message, (lines) => lines.slice(0, 1).map(forged)),
            ),
          swap: () =>
            next === undefined
              ? messages.toSpliced(target.index, 1)
              : messages.with(target.index, at(messages, next.index)).with(next.index, message),
        }[what]();
        const { faults } = check(tampered, claims);
        const touched = { from: target.first - 1, to: (next ?? target).last };
        const near = faults.filter(
          (fault) => fault.position <= touched.to && (fault.through ?? fault.position) >= touched.from,
        );
        expect({ what, target, faults, near: near.length > 0 }).toMatchObject({ near: true });
      }),
      { numRuns: 500 },
    );
  });
});
