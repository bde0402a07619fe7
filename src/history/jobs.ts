import type { Actor } from '../core/types.js';
import type { RebuildReport } from '../core/rebuild-report.js';
import type { VerifyReport } from '../core/verify-report.js';
import { AppError, hasCode, messageOf, problem, toProblem } from '../errors.js';
import type { Job, JobProgress, JobRequest, Jobs, RebuildRequest, VerifyRequest } from '../ports/jobs.js';
import type { Clock, Ids, Log } from '../ports/system.js';

/** Jobs that have ended and are kept. */
const MAX_KEPT = 10;

/** What a job gets while it runs. */
export interface JobContext {
  /** Who asked for it. */
  readonly caller: Actor;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

export interface JobsOptions {
  readonly rebuild: (request: RebuildRequest, context: JobContext) => Promise<RebuildReport>;
  readonly verify: (request: VerifyRequest, context: JobContext) => Promise<VerifyReport>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Runs one job at a time and remembers what came of the last ones. */
export function createJobs(options: JobsOptions): Jobs & { readonly close: () => Promise<void> } {
  const { clock, ids, log } = options;
  /** The newest first. */
  let jobs: Job[] = [];
  let running:
    { readonly id: string; readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  const now = (): string => new Date(clock.now()).toISOString();
  const find = (id: string): Job | undefined => jobs.find((job) => job.id === id);
  const put = (job: Job): void => {
    jobs = jobs.map((one) => (one.id === job.id ? job : one));
  };

  /** What a job comes to. */
  const work = async (
    request: JobRequest,
    id: string,
    asked: Omit<JobContext, 'onProgress'>,
  ): Promise<Job> => {
    const { signal } = asked;
    const facts = (): Pick<Job, 'id' | 'startedAt' | 'progress'> => {
      const { startedAt, progress } = find(id) as Job;
      return { id, startedAt, ...(progress === undefined ? {} : { progress }) };
    };
    const onProgress = (progress: JobProgress): void => {
      const job = find(id);
      if (job?.state === 'running') put({ ...job, progress });
    };
    const context = { ...asked, onProgress };
    try {
      if (request.kind === 'rebuild') {
        const report = await options.rebuild(request, context);
        return { ...facts(), kind: 'rebuild', state: 'done', endedAt: now(), report };
      }
      const report = await options.verify(request, context);
      return { ...facts(), kind: 'verify', state: 'done', endedAt: now(), report };
    } catch (error) {
      const { kind } = request;
      if (signal.aborted) return { ...facts(), kind, state: 'cancelled', endedAt: now() };
      log.error({ err: error, job: id, kind }, 'job-failed');
      // Whoever asked for a job is told what an engine said: there is no other place to look.
      const told =
        hasCode(error, 'INTERNAL') || !(error instanceof AppError)
          ? problem('INTERNAL', messageOf(error))
          : toProblem(error);
      return { ...facts(), kind, state: 'failed', endedAt: now(), error: told };
    }
  };

  return {
    start(request, caller) {
      if (running !== undefined) {
        const { kind } = find(running.id) as Job;
        throw new AppError(
          'JOB_RUNNING',
          `A ${kind} is under way: job ${running.id}. Wait for it, or cancel it.`,
        );
      }
      const id = ids.uuid();
      const stop = new AbortController();
      const job: Job = { id, kind: request.kind, state: 'running', startedAt: now() };
      jobs = [job, ...jobs].slice(0, MAX_KEPT);
      log.info({ job: id, kind: request.kind, actor: caller.name }, 'job-started');
      const done = work(request, id, { caller, signal: stop.signal }).then((ended) => {
        put(ended);
        running = undefined;
        log.info({ job: id, kind: request.kind, state: ended.state }, 'job-ended');
      });
      running = { id, stop, done };
      return job;
    },
    list: () => jobs,
    get: find,
    cancel(id) {
      if (running?.id === id) running.stop.abort();
      return find(id);
    },
    async close() {
      running?.stop.abort();
      await running?.done;
    },
  };
}
