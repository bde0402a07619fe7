import fc from 'fast-check';
import { hashOf } from '../../../src/core/canonical.js';
import { REDACTED } from '../../../src/core/secret-shapes.js';
import type { AuditDocument, JournalEvent, JournalRecord } from '../../../src/core/types.js';
import { problem } from '../../../src/errors.js';
import { foldRecord, touchedIds } from '../../../src/projections/fold.js';
import { fn } from '../../support/configs.js';
import { events as anyEvents } from '../../support/events.js';
import { histories, run } from '../../support/histories.js';

const record = (more: Partial<JournalRecord> = {}): JournalRecord => ({
  v: 1,
  partition: 0,
  position: 7,
  prev: null,
  time: '2026-01-01T00:00:00.000Z',
  command: {
    id: '0193a5a0-0000-7000-8000-000000000001',
    command: 'un-stage',
    project: 'default',
    params: {},
  },
  commandHash: hashOf({}),
  actor: { name: 'alice', roles: [] },
  via: 'commands',
  outcome: 'ok',
  events: [],
  ...more,
});

const auditOf = (of: JournalRecord): AuditDocument =>
  foldRecord(of, new Map()).get(`audit:${String(of.position).padStart(8, '0')}`)?.document as AuditDocument;

const unstaged = (names: readonly string[], stageSet = 'main'): JournalEvent => ({
  type: 'configs-unstaged',
  project: 'default',
  stageSet,
  reason: 'un-staged',
  counts: { apply: 0, delete: 0 },
  functions: [...names],
});
const recorded = (names: readonly string[]): JournalEvent => ({
  type: 'deployment-recorded',
  project: 'default',
  environment: 'prod',
  release: 4,
  committed: 1,
  state: 'succeeded',
  counts: { deployed: 1, unchanged: 0, deleted: 0, failed: 0, superseded: 0 },
  target: 'x',
  results: names.map((name) => ({ function: name, outcome: 'deployed', contentHash: null, previous: 0 })),
});
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => fn(`n${index}`));

describe('the audit of a record', () => {
  it('says who asked for what, how it came in and what it touched', () => {
    expect(auditOf(record({ via: 'results', events: [recorded([fn('a')]), unstaged([fn('a')])] }))).toEqual({
      kind: 'audit',
      time: '2026-01-01T00:00:00.000Z',
      id: '0193a5a0-0000-7000-8000-000000000001',
      command: 'un-stage',
      project: 'default',
      actor: 'alice',
      via: 'results',
      outcome: 'ok',
      events: ['deployment-recorded', 'configs-unstaged'],
      entities: [
        'environment:prod',
        'release:default:prod:00000004',
        'stage-set:default:main',
        `function:${fn('a')}`,
      ],
    });
  });

  it('says what was overridden, and why, without the secret that the reason repeats', () => {
    const override = { reason: 'https://u:hunter2@h is down', by: 'olga', passed: ['ENVIRONMENT_FROZEN'] };
    const wave: JournalEvent = {
      ...{ type: 'wave-started', project: 'default', environment: 'prod', release: 4, wave: 1 },
      ...{ effects: { topic: 't', first: 1 }, from: 1, count: 1, override },
    };
    expect(auditOf(record({ events: [wave] }))).toMatchObject({
      override: `https://${REDACTED}@h is down`,
      overrode: ['ENVIRONMENT_FROZEN'],
    });
  });

  it.each(['rejected', 'denied', 'failed'] as const)('says why a command was %s', (outcome) => {
    const audit = auditOf(record({ outcome, error: problem('UNKNOWN_NAME', 'no such name') }));
    expect(audit).toMatchObject({ outcome, code: 'UNKNOWN_NAME', reason: 'no such name', entities: [] });
  });

  it('gives the meaning of the code where no more is said', () => {
    const { detail: _detail, ...error } = problem('DENIED', '');
    expect(auditOf(record({ outcome: 'denied', error }))).toMatchObject({ reason: 'Not allowed' });
  });

  it('holds no secret that a reason repeats', () => {
    const error = problem('UNKNOWN_NAME', 'No such name: a/b/password=hunter2. https://u:hunter2@h');
    const audit = auditOf(record({ outcome: 'rejected', error }));
    expect(audit.reason).toBe(`No such name: a/b/password=${REDACTED} https://${REDACTED}@h`);
    expect(JSON.stringify(audit)).not.toContain('hunter2');
  });

  it('cuts a long reason, after it has masked it, and no character in two', () => {
    const cut = (detail: string): string =>
      auditOf(record({ outcome: 'failed', error: problem('INTERNAL', detail) })).reason ?? '';
    expect(cut('x'.repeat(500))).toBe('x'.repeat(500));
    expect(cut('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
    expect(cut(`${'x'.repeat(498)}🚀🚀`)).toBe(`${'x'.repeat(498)}…`);
    // The host that shows what stands before it lies behind the cut.
    expect(cut(`${'x '.repeat(240)}https://user:hunter2${'2'.repeat(100)}@host`)).not.toContain('hunter');
  });

  it('lists at most 200, what is not a function first, and counts the rest', () => {
    const { entities, entitiesOmitted } = auditOf(record({ events: [recorded(names(500))] }));
    expect(entities).toHaveLength(200);
    expect(entities.slice(0, 3)).toEqual([
      'environment:prod',
      'release:default:prod:00000004',
      `function:${fn('n0')}`,
    ]);
    expect(entitiesOmitted).toBe(302);
  });

  it('counts a function of two events once', () => {
    const audit = auditOf(record({ events: [recorded(names(300)), unstaged(names(250))] }));
    expect(audit.entities).toHaveLength(200);
    expect(audit.entitiesOmitted).toBe(3 + 300 - 200);
    expect(
      auditOf(record({ events: [recorded(names(197)), unstaged(names(197))] })).entitiesOmitted,
    ).toBeUndefined();
  });

  const KINDS = /^(function|stage-set|release|environment|task|approval|artifact):/;
  // What is asked of a deployer, or of people, changes no document of what it is about, and yet whoever looks for that wants to see it.
  const ABOUT_MORE = [
    'task-requested',
    'task-recorded',
    'plan-recorded',
    'drift-recorded',
    'functions-imported',
    'approval-requested',
    'approval-given',
    'approval-rejected',
    'approval-withdrawn',
    'release-rejected',
    'release-allowed',
  ];
  const expectNamed = (of: JournalRecord, entities: readonly string[]): void => {
    const touched = touchedBy(of).sort();
    const isAboutMore = of.events.some(({ type }) => ABOUT_MORE.includes(type));
    expect([...entities].sort()).toEqual(isAboutMore ? expect.arrayContaining(touched) : touched);
  };
  const touchedBy = (of: JournalRecord): string[] => touchedIds(of).filter((id) => KINDS.test(id));

  it('names what the documents say is touched, for any event', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.array(anyEvents, { maxLength: 4 }), (events) => {
        const of = record({ events });
        expectNamed(of, [...new Set(auditOf(of).entities)]);
      }),
    );
  });

  it('names each of them once in what commands decide', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        for (const each of (await run(history)).records) {
          const { entities } = auditOf(each);
          expectNamed(each, entities);
          expect(new Set(entities).size).toBe(entities.length);
        }
      }),
      { numRuns: 40 },
    );
  });
});
