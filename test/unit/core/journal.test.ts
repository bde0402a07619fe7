import fc from 'fast-check';
import {
  parseLines,
  readLine,
  admit,
  EMPTY_JOURNAL,
  encodeRecord,
  markMessage,
  recordsMessage,
  type JournalState,
} from '../../../src/core/journal.js';
import type { JournalRecord } from '../../../src/core/types.js';

const time = '2026-01-01T00:00:00.000Z';

function record(position: number, prev: string | null, id = 'c'): JournalRecord {
  return {
    v: 1,
    partition: 0,
    position,
    prev,
    time,
    command: { id: `${id}${position}`, command: 'un-stage', project: 'default', params: {} },
    commandHash: 'h',
    actor: { name: 'local', roles: [] },
    via: 'commands',
    outcome: 'ok',
    events: [],
  };
}

/** A state with writer w1 in force, and a message of `count` records that follow it. */
function begun(): JournalState {
  const admission = admit(EMPTY_JOURNAL, markMessage({ epoch: 1, writer: 'w1', time }));
  if (admission.kind !== 'mark') throw new Error('the first mark counts');
  return admission.state;
}

function chain(state: JournalState, count: number): { lines: Buffer[]; hashes: string[] } {
  const lines: Buffer[] = [];
  const hashes: string[] = [];
  let prev = state.hash;
  for (let index = 1; index <= count; index += 1) {
    const { line, hash } = encodeRecord(record(state.position + index, prev));
    lines.push(line);
    hashes.push(hash);
    prev = hash;
  }
  return { lines, hashes };
}

describe('which message counts', () => {
  it('counts a mark whose epoch is exactly one above the mark in force', () => {
    expect(admit(begun(), markMessage({ epoch: 2, writer: 'w2', time }))).toMatchObject({
      kind: 'mark',
      state: { epoch: 2, writer: 'w2', origin: 'w1' },
    });
  });

  it.each([0, 1, 3])('voids a mark of epoch %i after epoch 1', (epoch) => {
    expect(admit(begun(), markMessage({ epoch, writer: 'w2', time })).kind).toBe('void');
  });

  it('counts records of the writer in force that follow the last one, and moves on', () => {
    const state = begun();
    const { lines, hashes } = chain(state, 3);
    expect(admit(state, recordsMessage(lines, state))).toMatchObject({
      kind: 'records',
      state: { position: 3, hash: hashes[2] },
      lines: hashes.map((hash) => ({ hash })),
    });
  });

  it('voids records of a writer that lost its lease without noticing', () => {
    const state = begun();
    const { lines } = chain(state, 1);
    const late = recordsMessage(lines, state);
    const taken = admit(state, markMessage({ epoch: 2, writer: 'w2', time }));
    expect(taken.kind === 'mark' && admit(taken.state, late).kind).toBe('void');
  });

  it('voids the same message sent twice', () => {
    const state = begun();
    const message = recordsMessage(chain(state, 2).lines, state);
    const first = admit(state, message);
    expect(first.kind === 'records' && admit(first.state, message).kind).toBe('void');
  });

  it.each(['removed', 'changed', 'reordered'])(
    'voids a message as a whole when a record in it was %s',
    (how) => {
      const state = begun();
      const { lines } = chain(state, 3);
      if (how === 'removed') lines.splice(1, 1);
      if (how === 'changed') lines[0] = Buffer.from(lines[0]!.toString().replace('un-stage', 'un-stagd'));
      if (how === 'reordered') lines.reverse();
      expect(admit(state, recordsMessage(lines, state)).kind).toBe('void');
    },
  );

  it('tells records of a journal whose beginning was trimmed from anything else', () => {
    const state = begun();
    const { lines } = chain(state, 1);
    expect(admit(EMPTY_JOURNAL, recordsMessage(lines, state))).toMatchObject({ kind: 'void', orphan: true });
    expect(admit(EMPTY_JOURNAL, markMessage({ epoch: 7, writer: 'w', time }))).toMatchObject({
      kind: 'void',
      orphan: true,
    });
    expect(admit(EMPTY_JOURNAL, { payload: Buffer.from('hello'), properties: {} })).toMatchObject({
      kind: 'void',
      orphan: false,
    });
  });

  it('stops at a record that counts and was written by a newer version, and passes over one that does not', () => {
    const state = begun();
    const { lines } = chain(state, 1);
    const newer = Buffer.from(lines[0]!.toString().replace('"v":1', '"v":2'));
    expect(() => admit(state, recordsMessage([newer], state))).toThrow(/has version 2, this release reads/);
    expect(admit({ ...state, hash: 'another' }, recordsMessage([newer], state)).kind).toBe('void');
  });

  it('takes lines that are known already as it would take the same bytes', () => {
    const state = begun();
    const { lines } = chain(state, 3);
    const message = recordsMessage(lines, state);
    const known = parseLines(message.payload).map(readLine);
    expect(admit(state, message, known)).toEqual(admit(state, message));
    const later = { ...state, position: state.position + 1 };
    expect(admit(later, message, known)).toEqual(admit(later, message));
    const other = { ...state, hash: 'another' };
    expect(admit(other, message, known)).toEqual(admit(other, message));
    const superseded = { ...state, epoch: state.epoch + 1 };
    expect(admit(superseded, message, known)).toEqual(admit(superseded, message));
  });

  it('never throws, whatever a message holds', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const type = fc.constantFrom('mark', 'records', 'other');
    fc.assert(
      fc.property(bytes, type, fc.json(), (payload, kind, json) => {
        const properties = { type: kind, epoch: '1', writer: 'w1' };
        expect(admit(begun(), { payload, properties }).kind).toBe('void');
        expect(['void', 'mark', 'records']).toContain(
          admit(begun(), { payload: Buffer.from(json), properties }).kind,
        );
      }),
    );
  });
});
