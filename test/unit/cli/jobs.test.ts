import type { RebuildReport } from '../../../src/core/rebuild-report.js';
import type { VerifyReport } from '../../../src/core/verify-report.js';
import { progressText } from '../../../src/cli/jobs.js';
import type { Job } from '../../../src/ports/jobs.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

const REBUILT: RebuildReport = {
  database: 'documents-new',
  previous: 'documents-old',
  from: 0,
  position: 1_200,
  switched: true,
  compared: { documents: 3_000, differing: 0, differences: [], unsettled: 0 },
};

const VERIFIED: VerifyReport = {
  clean: true,
  position: 1_200,
  messages: 80,
  terms: 3,
  voids: 1,
  faulty: 0,
  faults: [],
  database: 'documents-old',
  compared: { documents: 3_000, differing: 0, differences: [], unsettled: 0 },
};

const FACTS = { id: 'job-1', startedAt: '2026-01-01T00:00:00.000Z' };
const PROGRESS = { phase: 'folding', done: 600, of: 1_200, perSecond: 300, remainingSeconds: 2 } as const;
const running = (kind: Job['kind']): Job => ({ ...FACTS, kind, state: 'running', progress: PROGRESS });
const ended = { ...FACTS, endedAt: '2026-01-01T00:01:00.000Z' };

let service: FakeService;
let sent: unknown[];

beforeEach(async () => {
  service = await startFakeService();
  sent = [];
});
afterEach(() => service.close());

/** The service has a job that is as the next of these says each time that it is looked at; the last one stays. */
function jobs(...states: (Job | 'gone')[]): void {
  service.onOther = (method, { pathname }, body) => {
    if (method === 'POST' && pathname === '/v1/jobs') {
      sent.push(JSON.parse(body));
      return { http: 200, body: states.length > 1 ? states.shift() : states[0] };
    }
    if (pathname === '/v1/jobs') return { http: 200, body: { jobs: states } };
    const state = states.length > 1 ? states.shift() : states[0];
    return state === 'gone'
      ? { http: 404, body: refusal('NOT_FOUND', 'no such job') }
      : { http: 200, body: state };
  };
}

describe('stageline rebuild', () => {
  it('follows the job to its end, and says what came of it', async () => {
    jobs(running('rebuild'), { ...ended, kind: 'rebuild', state: 'done', report: REBUILT });
    const { code, out } = await runAt(service, ['rebuild']);
    expect(code).toBe(0);
    expect(sent).toEqual([{ kind: 'rebuild' }]);
    expect(out.split('\n')).toEqual([
      'documents-new is folded to position 1200',
      'documents: 3,000 documents compared, all as the journal has them',
      'documents-new is in use now; "stageline rebuild --drop documents-old" drops the one before',
    ]);
  });

  it('asks for what the options say, and prints the report for scripts', async () => {
    jobs({ ...ended, kind: 'rebuild', state: 'done', report: { ...REBUILT, switched: false, from: 7 } });
    const { code, out } = await runAt(service, ['rebuild', '--fresh', '--no-switch', '--output', 'json']);
    expect(code).toBe(0);
    expect(sent).toEqual([{ kind: 'rebuild', fresh: true, switch: false }]);
    expect(JSON.parse(out)).toMatchObject({ from: 7, switched: false });
  });

  it('shows progress in one line on a terminal', async () => {
    jobs(running('rebuild'), { ...ended, kind: 'rebuild', state: 'done', report: REBUILT });
    const shown: string[] = [];
    await runAt(service, ['rebuild'], { onShow: (text) => shown.push(text) });
    expect(shown).toEqual(['folding: position 600 of 1,200, 300 a second, 2s left', '']);
  });

  it('leaves the job to itself on Ctrl-C, and says how to get back to it', async () => {
    jobs(running('rebuild'));
    const stop = new AbortController();
    const { code, err } = await runAt(service, ['rebuild'], {
      signal: stop.signal,
      onShow: () => stop.abort(),
    });
    expect(code).toBe(124);
    expect(err).toContain('the rebuild goes on in the service; "stageline rebuild" follows it again');
    expect(service.requests.filter((path) => path.endsWith('cancel'))).toEqual([]);
  });

  it('follows the rebuild that is under way already', async () => {
    const done: Job = { ...ended, kind: 'rebuild', state: 'done', report: REBUILT };
    service.onOther = (method, { pathname }) => {
      if (method === 'POST') return { http: 409, body: refusal('JOB_RUNNING', 'A rebuild is under way.') };
      return { http: 200, body: pathname === '/v1/jobs' ? { jobs: [running('rebuild')] } : done };
    };
    const { code, err } = await runAt(service, ['rebuild']);
    expect(code).toBe(0);
    expect(err).toContain('under way since 2026-01-01T00:00:00.000Z');
    expect((await runAt(service, ['verify'])).code).toBe(1);
  });

  it('cancels the one that is under way', async () => {
    jobs(running('rebuild'));
    const { code, out } = await runAt(service, ['rebuild', '--cancel']);
    expect(code).toBe(0);
    expect(service.requests).toContain('/v1/jobs/job-1/cancel');
    expect(out).toContain('"stageline rebuild" goes on from there');
    jobs({ ...ended, kind: 'rebuild', state: 'cancelled' });
    expect(await runAt(service, ['rebuild', '--cancel'])).toMatchObject({ code: 1 });
  });

  it('ends with 1 where it failed or was cancelled, and says so where the service knows nothing of it any more', async () => {
    jobs({
      ...ended,
      kind: 'rebuild',
      state: 'failed',
      error: refusal('CONFLICT', 'The writer did not go on.'),
    });
    expect(await runAt(service, ['rebuild'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('The writer did not go on.') as string,
    });
    jobs(running('rebuild'), { ...ended, kind: 'rebuild', state: 'cancelled' });
    expect(await runAt(service, ['rebuild'])).toMatchObject({ code: 1 });
    jobs(running('rebuild'), 'gone');
    expect(await runAt(service, ['rebuild'])).toMatchObject({
      code: 5,
      err: expect.stringContaining('it goes on from where it was') as string,
    });
  });

  it('lists databases and drops one', async () => {
    const databases = [{ name: 'documents-old', state: 'former', position: 7 }];
    service.onOther = (method) =>
      method === 'DELETE'
        ? { http: 200, body: { dropped: 'documents-old' } }
        : { http: 200, body: { databases } };
    expect((await runAt(service, ['rebuild', '--list'])).out).toMatch(/documents-old +former +7/);
    expect(await runAt(service, ['rebuild', '--drop', 'documents-old'])).toMatchObject({
      code: 0,
      out: 'documents-old is dropped',
    });
    expect(service.requests).toContain('/v1/databases/documents-old');
    service.onOther = () => ({ http: 409, body: refusal('DATABASE_IN_USE', 'it is the one in use') });
    expect(await runAt(service, ['rebuild', '--drop', 'documents-new'])).toMatchObject({ code: 1 });
  });
});

describe('stageline verify', () => {
  const verified = (report: Partial<VerifyReport>): void =>
    jobs({ ...ended, kind: 'verify', state: 'done', report: { ...VERIFIED, ...report } });

  it('ends with 0 where nothing is wrong', async () => {
    verified({});
    const { code, out } = await runAt(service, ['verify']);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'journal: 1,200 records in 80 messages, 3 terms, 1 void message: nothing is wrong',
      'documents: 3,000 documents compared, all as the journal has them',
    ]);
  });

  it('ends with 1 where something is, and names it', async () => {
    verified({
      clean: false,
      faulty: 3,
      faults: [
        { kind: 'changed', position: 7, detail: 'position 7 is not what position 8 was written behind' },
        { kind: 'removed', position: 20, through: 22, detail: 'positions 20 to 22 missing' },
      ],
      compared: {
        documents: 10,
        differing: 1,
        unsettled: 2,
        differences: [
          {
            id: 'function:a',
            kind: 'other-content',
            position: 7,
            found: 7,
            differing: 3,
            values: [{ pointer: '/project', expected: '"a"', found: '"b"' }],
          },
        ],
      },
    });
    const { code, out } = await runAt(service, ['verify']);
    expect(code).toBe(1);
    expect(out).toMatch(/changed +position 7 +position 7 is not what/);
    expect(out).toMatch(/removed +positions 20 to 22 /);
    expect(out).toContain('and 1 more fault');
    expect(out).toMatch(/function:a +other-content +#7 +#7 +\/project, 2 more/);
    expect(out).toContain('2 documents changed each time they were looked at');
    verified({ clean: false });
    const scripted = await runAt(service, ['--json', 'verify']);
    expect(scripted.code).toBe(1);
    expect(JSON.parse(scripted.out)).toMatchObject({ clean: false });
  });

  it('says why documents were not compared', async () => {
    const { compared: _compared, ...rest } = VERIFIED;
    jobs({ ...ended, kind: 'verify', state: 'done', report: { ...rest, notCompared: 'there are none yet' } });
    expect((await runAt(service, ['verify'])).out).toContain('documents: not compared, there are none yet');
  });

  it('ends with another code where it could not be finished', async () => {
    jobs({ ...ended, kind: 'verify', state: 'failed', error: refusal('ENGINE_UNAVAILABLE', 'no answer') });
    expect((await runAt(service, ['verify'])).code).toBe(5);
    jobs(running('verify'), { ...ended, kind: 'verify', state: 'cancelled' });
    expect((await runAt(service, ['verify'])).code).toBe(5);
  });
});

describe('progress', () => {
  it('is told in words, as far as it is known', () => {
    expect(progressText({ phase: 'comparing', done: 12_000, perSecond: 0 })).toBe(
      'comparing: 12,000 documents',
    );
    expect(progressText({ phase: 'switching', done: 9, of: 9, perSecond: 0 })).toBe('switching: position 9');
    expect(progressText({ phase: 'reading', done: 5, of: 50, perSecond: 10, remainingSeconds: 120 })).toBe(
      'reading: position 5 of 50, 10 a second, 2m left',
    );
  });
});
