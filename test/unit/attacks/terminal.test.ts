import type { AuditEntry } from '../../../src/core/audit-entry.js';
import type { AnyDocument } from '../../../src/core/types.js';
import { printableLines } from '../../../src/core/printable.js';
import { eventLine } from '../../../src/cli/event-line.js';
import { explain } from '../../../src/cli/problems.js';
import { table } from '../../../src/cli/table.js';
import { startFakeService, type FakeService } from '../cli/fake-service.js';
import { runAt } from '../cli/run-cli.js';

/** Clears the screen, names the window, turns the direction, and goes back over the line. */
const HOSTILE = 'a\u001b[2J\u001b]0;gone\u0007\u009b31mb\u202ec\rd\u2028e\u0085f\u007fg';
/** The same, and what looks like a row of its own. */
const FORGED = `${HOSTILE}\n99  2026-01-01T00:00:00Z  root  commit`;
/** What a terminal obeys; lines may end. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]/;

const ENTRY = {
  position: 7,
  time: '2026-12-01T00:00:00.000Z',
  id: '0193a5a0-0000-7000-8000-000000000001',
  actor: FORGED,
  command: FORGED,
  project: FORGED,
  outcome: 'denied',
  code: 'FORBIDDEN',
  reason: FORGED,
  events: [],
  entities: [`function:${FORGED}`],
  via: 'http',
} as unknown as AuditEntry;

describe('what others wrote, on a terminal', () => {
  let service: FakeService;

  beforeEach(async () => {
    service = await startFakeService();
    service.onAudit = () => ({ entries: [ENTRY], position: 7 });
  });
  afterEach(() => service.close());

  it.each([['table'], ['json'], ['ndjson'], ['csv']])(
    'is shown by "stageline log --output %s" and not obeyed',
    async (output) => {
      const { code, out, err } = await runAt(service, ['log', '--output', output]);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('[2J');
      expect(out.replaceAll('\r\n', '\n').replace(/\r$/, '')).not.toMatch(OBEYED);
    },
  );

  it('begins no line in a table', async () => {
    const { out } = await runAt(service, ['log']);
    expect(out.split('\n')).toHaveLength(2);
  });

  it.each([['json'], ['ndjson']])('says in %s what was written, to the character', async (output) => {
    const { out } = await runAt(service, ['log', '--output', output]);
    const said = JSON.parse(out) as AuditEntry & { readonly entries?: readonly AuditEntry[] };
    expect((said.entries?.[0] ?? said).reason).toBe(FORGED);
  });

  it('is shown where a service answers with a problem', async () => {
    service.onAudit = () => ({ http: 400, body: { title: FORGED, code: FORGED, detail: FORGED } });
    const { code, err } = await runAt(service, ['log']);
    expect(code).not.toBe(0);
    expect(err).toContain('[2J');
    expect(err).not.toMatch(OBEYED);
    expect(err.split('\n')).toHaveLength(1);
  });

  it('is shown in a list of documents', async () => {
    service.documents.set('api-token:x', {
      kind: 'api-token',
      name: 'x',
      expiresAt: '2030-01-01T00:00:00.000Z',
      roles: ['viewer'],
      people: [FORGED],
      note: FORGED,
    } as unknown as AnyDocument);
    const { code, out } = await runAt(service, ['token', 'list']);
    expect(code).toBe(0);
    expect(out).toContain('[2J');
    expect(out).not.toMatch(OBEYED);
    expect(out.split('\n')).toHaveLength(2);
  });

  it.each([
    [
      'configs-staged',
      { stageSet: FORGED, entries: [{ function: FORGED, operation: 'apply' }], note: FORGED },
    ],
    ['environment-frozen', { environment: FORGED, reason: FORGED }],
    ['approval-given', { stageSet: FORGED, environment: FORGED, state: 'approved', note: FORGED }],
    ['api-token-revoked', { name: FORGED, reason: FORGED }],
    ['unheard-of', {}],
  ])('is one line of "stageline watch": %s', (type, data) => {
    const event = { type: `stageline.${type}`, time: FORGED, data: { ...data, project: FORGED } };
    const line = eventLine({ ...event, stagelineactor: FORGED });
    expect(line).not.toMatch(OBEYED);
    expect(line.split('\n')).toHaveLength(1);
  });

  it.each(['deployment-recorded', 'task-recorded'])('is a line for each failure of %s', (type) => {
    const results = [
      { function: FORGED, outcome: 'failed', answer: { status: 500, reason: FORGED } },
      { function: FORGED, outcome: 'failed' },
    ];
    const data = {
      project: 'p',
      environment: 'test',
      release: 1,
      state: 'failed',
      operation: 'stop',
      results,
    };
    const line = eventLine({ type: `stageline.${type}`, time: '', data });
    expect(line).not.toMatch(OBEYED);
    expect(line.split('\n')).toHaveLength(3);
  });

  it('is one row of a table and one line of a problem', () => {
    expect(table(['a', 'b'], [[FORGED, 'x']]).split('\n')).toHaveLength(2);
    const problem = { type: 'about:blank', title: 't', status: 400, code: 'X', detail: FORGED };
    const errors = [{ pointer: `/${FORGED}`, detail: FORGED }];
    expect(explain({ ...problem, errors }).split('\n')).toHaveLength(2);
  });

  it('leaves lines, tabs, and the ends of lines of CSV', () => {
    expect(printableLines('a\tb\r\nc\nd\r')).toBe('a\tb\r\nc\nd\r');
    expect(printableLines('a\rb')).toBe('a\\rb');
  });
});
