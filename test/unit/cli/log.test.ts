import { createLogPrinter, touched } from '../../../src/cli/log-lines.js';
import { parseTime } from '../../../src/cli/log-times.js';
import { createTable } from '../../../src/cli/table.js';
import type { AuditEntry } from '../../../src/core/audit-entry.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { run, runAt } from './run-cli.js';

function entry(position: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    position,
    time: '2026-01-01T00:00:00.000Z',
    id: `c${position}`,
    command: 'un-stage',
    project: 'default',
    actor: 'alice',
    via: 'commands',
    outcome: 'ok',
    events: ['configs-unstaged'],
    entities: ['stage-set:default:main', 'function:public/default/a'],
    ...more,
  };
}

const REFUSED = entry(12, {
  command: 'commit-staged-to-prod',
  outcome: 'rejected',
  code: 'STAGE_SET_EMPTY',
  reason: 'Stage set "main" holds no entries.',
  events: [],
  entities: [],
});

describe('an override', () => {
  it('stands out, with what it passed and why', () => {
    const lines: string[] = [];
    const printer = createLogPrinter('table', (line) => lines.push(line));
    printer.print([entry(3, { override: 'orders are lost', overrode: ['ENVIRONMENT_FROZEN'] })]);
    expect(lines.join('\n')).toContain('OVERRIDE of ENVIRONMENT_FROZEN: orders are lost');
  });
});

describe('what a record did', () => {
  it.each<[Partial<AuditEntry>, string]>([
    [{}, 'configs-unstaged: stage set main, public/default/a'],
    [{ events: [], entities: [] }, ''],
    [
      {
        events: ['release-committed'],
        entities: ['environment:test', 'release:default:test:00000007', 'function:a/b/1', 'function:a/b/2'],
      },
      'release-committed: release test/7, a/b/1, a/b/2',
    ],
    [
      {
        events: ['deployment-recorded', 'configs-unstaged'],
        entities: ['release:pricing:prod:00000001', 'function:a/b/1', 'function:a/b/2', 'function:a/b/3'],
        entitiesOmitted: 40,
      },
      'deployment-recorded, configs-unstaged: release pricing/prod/1, a/b/1, a/b/2 and 41 more',
    ],
    [
      { events: ['environments-set'], entities: ['environment:test', 'environment:prod'] },
      'environments-set: test, prod',
    ],
    [
      { events: ['artifact-rejected'], entities: [`artifact:${'ab'.repeat(32)}`] },
      'artifact-rejected: artifact abababababab',
    ],
    [{ events: ['effects-published', 'effects-published'], entities: [] }, 'effects-published'],
  ])('%j is told as %s', (more, text) => {
    expect(touched(entry(1, more))).toBe(text);
  });
});

describe('a table that grows', () => {
  it('has one head, and columns that never become narrower', () => {
    const table = createTable(['a', 'b']);
    expect(table.rows([['xxxx', 'y']])).toBe('A     B\nxxxx  y');
    expect(table.rows([['x', 'y']])).toBe('x     y');
    expect(table.rows([['xxxxx', 'y']])).toBe('xxxxx  y');
  });
});

describe('lines of the log', () => {
  it('let nothing through that moves the cursor or ends the line', () => {
    const lines: string[] = [];
    const printer = createLogPrinter('table', (line) => lines.push(line));
    printer.print([entry(1, { actor: 'a\u001b[2Jb', reason: 'x\r\ny\u2028z\u202e', code: 'C' })]);
    const [, row = ''] = (lines[0] ?? '').split('\n');
    expect(lines[0]?.split('\n')).toHaveLength(2);
    expect(row).toContain('a\\u001b[2Jb');
    expect(row).toContain('C: x\\r\\ny\\u2028z\\u202e');
    expect(row).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('times', () => {
  const ago = (ms: number): number => Date.now() - ms;

  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5+01:00', '2026-01-31T11:00:00.500Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ])('%s is %s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  it.each([
    ['90m', 90 * 60_000],
    ['2h', 2 * 3_600_000],
    ['7d', 7 * 86_400_000],
  ])('%s is so long ago', (text, ms) => {
    const before = ago(ms);
    const time = Date.parse(parseTime(text));
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(ago(ms));
  });

  it.each(['', 'x', 'yesterday', '2026', '2026-13-01', '2026-01-31T25:00:00Z', '-1h', '99999999999d'])(
    '%j is none',
    (text) => {
      expect(() => parseTime(text)).toThrow('A time is one such as');
    },
  );
});

describe('stageline log', () => {
  let service: FakeService;

  beforeEach(async () => {
    service = await startFakeService();
  });

  afterEach(() => service.close());

  const askedOf = (index: number): Record<string, string> =>
    Object.fromEntries(new URL(service.requests[index] ?? '', 'http://fake').searchParams);

  it('shows a table', async () => {
    service.onAudit = () => ({ entries: [REFUSED, entry(9)], position: 12 });
    const { code, out, err } = await runAt(service, ['log']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')).toEqual([
      'POSITION  TIME                      ACTOR  COMMAND                PROJECT  OUTCOME   WHAT                                                REASON',
      '12        2026-01-01T00:00:00.000Z  alice  commit-staged-to-prod  default  rejected  -                                                   STAGE_SET_EMPTY: Stage set "main" holds no entries.',
      '9         2026-01-01T00:00:00.000Z  alice  un-stage               default  ok        configs-unstaged: stage set main, public/default/a  -',
    ]);
    expect(askedOf(0)).toEqual({ project: 'default', limit: '100' });
  });

  it('asks by its filters', async () => {
    await runAt(service, [
      'log',
      ...['--actor', 'bob', '--command', 'rollback', '--entity', 'enrich', '--outcome', 'denied'],
      ...['--code', 'DENIED', '--since', '2026-01-31', '--until', '2026-02-01T00:00:00+01:00'],
      ...['--from', '5', '--to', '9', '--limit', '3', '--oldest-first', '--project', 'pricing'],
    ]);
    expect(askedOf(0)).toEqual({
      actor: 'bob',
      command: 'rollback',
      entity: 'public/default/enrich',
      outcome: 'denied',
      code: 'DENIED',
      since: '2026-01-31T00:00:00.000Z',
      until: '2026-01-31T23:00:00.000Z',
      after: '5',
      before: '10',
      order: 'oldest',
      limit: '3',
      project: 'pricing',
    });
    await runAt(service, ['log', '--all-projects', '--entity', 'release:default:test:7']);
    expect(askedOf(1)).toEqual({ allProjects: 'true', entity: 'release:default:test:7', limit: '100' });
  });

  it('goes on over pages, empty ones too, until it has what was asked for', async () => {
    service.onAudit = (query, times) => {
      expect(query.get('cursor')).toBe([null, 'one', 'two'][times - 1]);
      if (times === 1) return { entries: [entry(9)], cursor: 'one', position: 9 };
      if (times === 2) return { entries: [], cursor: 'two', position: 9 };
      return { entries: [entry(4)], cursor: 'three', position: 9 };
    };
    const { code, out, err } = await runAt(service, ['log', '--limit', '2', '--output', 'json']);
    expect({ code, err }).toEqual({ code: 0, err: 'there may be more: go on with --to 3, or raise --limit' });
    expect(JSON.parse(out)).toEqual({ entries: [entry(9), entry(4)], position: 9 });
    expect(service.requests).toHaveLength(3);
  });

  it('says where to go on from the oldest', async () => {
    service.onAudit = () => ({ entries: [entry(4)], cursor: 'x', position: 9 });
    const { err } = await runAt(service, ['log', '--limit', '1', '--oldest-first']);
    expect(err).toContain('--from 4');
  });

  it('is JSON for scripts', async () => {
    service.onAudit = () => ({ entries: [entry(9)], position: 9 });
    expect(JSON.parse((await runAt(service, ['log', '--json'])).out)).toEqual({
      entries: [entry(9)],
      position: 9,
    });
  });

  it('writes NDJSON, and CSV with the line ends of RFC 4180; all of it', async () => {
    service.onAudit = (query) =>
      query.has('cursor')
        ? { entries: [entry(1)], position: 2 }
        : { entries: [entry(2, { actor: '=1' })], cursor: 'x', position: 2 };
    const ndjson = await runAt(service, ['log', '--output', 'ndjson']);
    expect(ndjson.out.split('\n').map((line) => (JSON.parse(line) as AuditEntry).position)).toEqual([2, 1]);
    expect(askedOf(0)).toMatchObject({ limit: '1000' });
    const csv = await runAt(service, ['log', '--output', 'csv']);
    expect(csv.out.split('\r\n').map((line) => line.split(',').slice(0, 3))).toEqual([
      ['position', 'time', 'actor'],
      ['2', '2026-01-01T00:00:00.000Z', "'=1"],
      ['1', '2026-01-01T00:00:00.000Z', 'alice'],
    ]);
  });

  it('says so where there is nothing', async () => {
    expect(await runAt(service, ['log'])).toMatchObject({
      code: 0,
      out: '',
      err: 'the log holds nothing of that kind',
    });
  });

  it.each([
    ['--outcome', 'good'],
    ['--since', 'yesterday'],
    ['--from', '-1'],
    ['--to', 'x'],
    ['--limit', '0'],
    ['--output', 'xml'],
    ['--entity', 'a/b'],
    ['--follow', '--to', '3'],
    ['--follow', '--oldest-first'],
    ['--follow', '--output', 'json'],
    ['--follow', '--json'],
  ])('ends with 2 at %s %s', async (...args) => {
    const { code, out } = await runAt(service, ['log', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(service.requests).toEqual([]);
  });

  it('ends with 1 and the fault where the service refuses', async () => {
    const errors = [{ pointer: '/query/actor', detail: 'is too long' }];
    service.onAudit = () => ({ http: 400, body: refusal('INVALID_REQUEST', 'Not right.', errors) });
    const { code, err } = await runAt(service, ['log']);
    expect(code).toBe(1);
    expect(err).toBe('stageline: INVALID_REQUEST: Not right.\n  /query/actor: is too long');
  });

  it('ends with 3 where there is no service', async () => {
    await service.close();
    expect((await run(['log'], { env: { STAGELINE_URL: service.url } })).code).toBe(3);
  });

  it('follows: the newest in their order, then what comes, once each, over a cut', async () => {
    const stop = new AbortController();
    service.onAudit = (query, times) => {
      if (times === 1) return { entries: [entry(3), entry(2)], cursor: 'more', position: 3 };
      expect([query.get('order'), query.has('before')]).toEqual(['oldest', false]);
      if (times === 2) return { entries: [], position: 3 };
      if (times <= 6) return 'cut';
      if (times === 7) return { entries: [entry(4)], cursor: 'x', position: 5 };
      if (times === 8) return { entries: [entry(5)], position: 5 };
      stop.abort();
      return { entries: [], position: 5 };
    };
    const { code, out, err } = await runAt(
      service,
      ['log', '--follow', '--limit', '2', '--output', 'ndjson'],
      {
        signal: stop.signal,
      },
    );
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => (JSON.parse(line) as AuditEntry).position)).toEqual([2, 3, 4, 5]);
    expect(err.split('\n')).toEqual([expect.stringContaining('going on when it is back')]);
    expect([1, 6, 8].map((index) => askedOf(index)['after'])).toEqual(['3', '3', '5']);
  });

  it('follows above the position that it was given', async () => {
    const stop = new AbortController();
    service.onAudit = (_query, times) => {
      if (times === 2) stop.abort();
      return { entries: [], position: 3 };
    };
    await runAt(service, ['log', '--follow', '--from', '7'], { signal: stop.signal });
    expect([0, 1].map((index) => askedOf(index)['after'])).toEqual(['7', '7']);
  });

  it('ends with 3 where there is nothing to follow from the start', async () => {
    await service.close();
    expect((await run(['log', '--follow'], { env: { STAGELINE_URL: service.url } })).code).toBe(3);
  });
});
