import { LOCAL } from '../../../src/core/authorise.js';
import { AppError } from '../../../src/errors.js';
import { createJobs, type JobContext } from '../../../src/history/jobs.js';
import type { Job } from '../../../src/ports/jobs.js';
import { createFakeLog } from '../../support/fake-log.js';

const REPORT = { database: 'documents-a', from: 0, position: 3, switched: true };

/** Jobs whose work the test ends. */
function jobsOf(): {
  jobs: ReturnType<typeof createJobs>;
  contexts: JobContext[];
  finish: (outcome: typeof REPORT | Error) => Promise<void>;
} {
  const contexts: JobContext[] = [];
  let settle: (outcome: typeof REPORT | Error) => void = () => undefined;
  let ids = 0;
  const work = (context: JobContext): Promise<never> => {
    contexts.push(context);
    return new Promise((resolve, reject) => {
      settle = (outcome) => {
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome as never);
      };
      context.signal.addEventListener('abort', () => reject(new AppError('CLOSED', 'ended')));
    });
  };
  const jobs = createJobs({
    rebuild: (_request, context) => work(context),
    verify: (_request, context) => work(context),
    clock: { now: () => 0 },
    ids: { uuid: () => `job-${(ids += 1)}` },
    log: createFakeLog(),
  });
  return {
    jobs,
    contexts,
    finish: async (outcome) => {
      settle(outcome);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('jobs', () => {
  it('tell how far they are, and what came of them', async () => {
    const { jobs, contexts, finish } = jobsOf();
    const { id } = jobs.start({ kind: 'rebuild' }, LOCAL);
    expect(jobs.get(id)).toMatchObject({ state: 'running', kind: 'rebuild' });
    const progress = { phase: 'folding', done: 2, of: 3, perSecond: 1, remainingSeconds: 1 } as const;
    contexts[0]?.onProgress(progress);
    expect(jobs.get(id)).toMatchObject({ state: 'running', progress });
    await finish(REPORT);
    expect(jobs.get(id)).toMatchObject({ state: 'done', report: REPORT, progress });
    // What comes too late changes nothing.
    contexts[0]?.onProgress({ ...progress, done: 9 });
    expect(jobs.get(id)).toMatchObject({ state: 'done', progress });
  });

  it('run one at a time', async () => {
    const { jobs, finish } = jobsOf();
    jobs.start({ kind: 'rebuild' }, LOCAL);
    expect(() => jobs.start({ kind: 'verify' }, LOCAL)).toThrow(/A rebuild is under way: job job-1/);
    await finish(REPORT);
    expect(jobs.start({ kind: 'verify' }, LOCAL)).toMatchObject({ state: 'running' });
    await jobs.close();
  });

  it('are cancelled when asked, and when the service ends', async () => {
    const { jobs, finish } = jobsOf();
    const first = jobs.start({ kind: 'verify' }, LOCAL);
    expect(jobs.cancel(first.id)).toMatchObject({ id: first.id });
    await finish(REPORT);
    expect(jobs.get(first.id)).toMatchObject({ state: 'cancelled' });
    const second = jobs.start({ kind: 'rebuild' }, LOCAL);
    await jobs.close();
    expect(jobs.get(second.id)).toMatchObject({ state: 'cancelled' });
    expect(jobs.cancel(second.id)).toMatchObject({ state: 'cancelled' });
    expect(jobs.cancel('another')).toBeUndefined();
  });

  it('say what they failed with', async () => {
    const { jobs, finish } = jobsOf();
    const one = jobs.start({ kind: 'verify' }, LOCAL);
    await finish(new AppError('JOURNAL_UNUSABLE', 'Nothing counts behind position 3.'));
    expect(jobs.get(one.id)).toMatchObject({
      state: 'failed',
      error: { code: 'JOURNAL_UNUSABLE', detail: 'Nothing counts behind position 3.' },
    });
    const other = jobs.start({ kind: 'verify' }, LOCAL);
    await finish(new TypeError('x is not a function'));
    expect(jobs.get(other.id)).toMatchObject({
      state: 'failed',
      error: { code: 'INTERNAL', detail: 'x is not a function' },
    });
  });

  it('are kept for a while, the newest first', async () => {
    const { jobs, finish } = jobsOf();
    const started: Job[] = [];
    for (let count = 0; count < 14; count += 1) {
      started.unshift(jobs.start({ kind: 'verify' }, LOCAL));
      await finish(REPORT);
    }
    expect(jobs.list().map(({ id }) => id)).toEqual(started.slice(0, 10).map(({ id }) => id));
  });
});
