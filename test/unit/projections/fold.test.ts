import { hashOf } from '../../../src/core/canonical.js';
import type { JournalEvent, JournalRecord } from '../../../src/core/types.js';
import { problem } from '../../../src/errors.js';
import { schemas } from '../../../src/generated/schemas.js';
import { foldRecord, PROJECTIONS, touchedIds, type Versioned } from '../../../src/projections/fold.js';
import { TOPIC } from '../../support/world.js';

const ID = '0193a5a0-0000-7000-8000-000000000001';

function record(position: number, more: Partial<JournalRecord> = {}): JournalRecord {
  return {
    v: 1,
    partition: 0,
    position,
    prev: null,
    time: '2026-01-01T00:00:00.000Z',
    command: { id: ID, command: 'un-stage', project: 'default', params: {} },
    commandHash: hashOf({}),
    actor: { name: 'alice', roles: [] },
    via: 'commands',
    outcome: 'ok',
    result: { n: 1 },
    events: [],
    ...more,
  };
}

const published = (through: number): JournalEvent => ({
  type: 'effects-published',
  project: 'default',
  topic: TOPIC,
  through,
});
const effects = (position: number, through: number): Map<string, Versioned> =>
  new Map([
    [
      `effects:${TOPIC}`,
      { position, document: { kind: 'effects', topic: TOPIC, next: 10, published: through, pending: [] } },
    ],
  ]);

describe('foldRecord', () => {
  it('makes the audit and the answer of a record', () => {
    const folded = foldRecord(record(7, { events: [published(3)] }), new Map());
    expect(folded.get('audit:00000007')).toEqual({
      position: 7,
      document: {
        kind: 'audit',
        time: '2026-01-01T00:00:00.000Z',
        id: ID,
        command: 'un-stage',
        project: 'default',
        actor: 'alice',
        via: 'commands',
        outcome: 'ok',
        events: ['effects-published'],
        entities: [],
      },
    });
    expect(folded.get(`answered:${ID}`)?.document).toEqual({
      kind: 'answered',
      commandHash: hashOf({}),
      actor: 'alice',
      reply: { id: ID, command: 'un-stage', status: 'ok', position: 7, result: { n: 1 } },
    });
  });

  it('keeps the reply of a refusal, whose id is used up', () => {
    const error = problem('UNKNOWN_NAME', 'no such name');
    const folded = foldRecord(record(7, { outcome: 'rejected', error }), new Map());
    expect(folded.get(`answered:${ID}`)?.document).toMatchObject({ reply: { status: 'rejected', error } });
    expect(folded.get('audit:00000007')?.document).toMatchObject({
      outcome: 'rejected',
      code: 'UNKNOWN_NAME',
    });
  });

  it.each(['failed', 'denied'] as const)('takes no id for what was %s', (outcome) => {
    expect([...foldRecord(record(7, { outcome }), new Map()).keys()]).toEqual(['audit:00000007']);
  });

  it("takes no id for the writer's own", () => {
    expect([...foldRecord(record(7, { via: 'internal' }), new Map()).keys()]).toEqual(['audit:00000007']);
  });

  it('keeps the first reply to an id', () => {
    const first = foldRecord(record(7), new Map());
    const again = foldRecord(record(8, { outcome: 'rejected', error: problem('ID_REUSED', 'used') }), first);
    expect([...again.keys()]).toEqual(['audit:00000008']);
  });

  it('folds all events of a record, in order, onto a document below its position', () => {
    const folded = foldRecord(record(7, { events: [published(3), published(5)] }), effects(6, 1));
    expect(folded.get(`effects:${TOPIC}`)).toMatchObject({ position: 7, document: { published: 5 } });
  });

  it.each([7, 8])('leaves a document at position %i alone', (position) => {
    const folded = foldRecord(record(7, { events: [published(3), published(5)] }), effects(position, 1));
    expect(folded.has(`effects:${TOPIC}`)).toBe(false);
  });

  it('keeps a deleted document as a stone with its position', () => {
    const event: JournalEvent = {
      type: 'environments-set',
      project: 'default',
      environments: [],
      removed: ['test'],
    };
    const document: Versioned = {
      position: 3,
      document: {
        kind: 'environment',
        environment: 'test',
        order: 0,
        target: { kind: 'sandbox', fingerprint: 'x' },
        since: 3,
        open: [],
      },
    };
    const folded = foldRecord(record(7, { events: [event] }), new Map([['environment:test', document]]));
    expect(folded.get('environment:test')).toEqual({ position: 7, document: undefined });
  });

  it('leaves no stone where there was nothing', () => {
    const event: JournalEvent = {
      type: 'environments-set',
      project: 'default',
      environments: [],
      removed: ['test'],
    };
    const made = record(7, { events: [event] });
    expect(touchedIds(made)).toContain('environment:test');
    expect(foldRecord(made, new Map()).has('environment:test')).toBe(false);
  });

  it('takes a document of another kind under an id for none', () => {
    const wrong: Versioned = { position: 1, document: { kind: 'project', project: 'default', releases: {} } };
    const folded = foldRecord(record(7, { events: [published(3)] }), new Map([[`effects:${TOPIC}`, wrong]]));
    expect(folded.get(`effects:${TOPIC}`)?.document).toMatchObject({ kind: 'effects', published: 3 });
  });
});

describe('the projections', () => {
  it('are one for each kind of document in schemas/documents', () => {
    const kinds = Object.keys(schemas)
      .filter((id) => id.endsWith('-document.json'))
      .map((id) => id.replace('-document.json', ''));
    expect(PROJECTIONS.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
  });
});
