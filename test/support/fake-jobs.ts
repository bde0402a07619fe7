import { AppError } from '../../src/errors.js';
import type { Databases, DatabaseStanding } from '../../src/ports/databases.js';
import type { Job, JobRequest, Jobs } from '../../src/ports/jobs.js';

export interface FakeJobs extends Jobs {
  readonly started: JobRequest[];
  /** What there is; a job that is put first is the newest. */
  readonly jobs: Job[];
}

/** Jobs that do nothing. */
export function createFakeJobs(): FakeJobs {
  const started: JobRequest[] = [];
  const jobs: Job[] = [];
  return {
    started,
    jobs,
    start(request) {
      if (jobs[0]?.state === 'running') throw new AppError('JOB_RUNNING', 'A rebuild is under way.');
      started.push(request);
      const job: Job = {
        id: `job-${started.length}`,
        kind: request.kind,
        state: 'running',
        startedAt: '2026-01-02T03:04:05.006Z',
      };
      jobs.unshift(job);
      return job;
    },
    list: () => jobs,
    get: (id) => jobs.find((job) => job.id === id),
    cancel(id) {
      const index = jobs.findIndex((job) => job.id === id);
      const job = jobs[index];
      if (job?.state !== 'running') return job;
      jobs[index] = { ...job, state: 'cancelled', endedAt: '2026-01-02T03:04:06.006Z' };
      return jobs[index];
    },
  };
}

export interface FakeDatabases extends Databases {
  readonly databases: DatabaseStanding[];
}

export function createFakeDatabases(): FakeDatabases {
  const databases: DatabaseStanding[] = [{ name: 'documents-a', state: 'current', position: 7, fold: 1 }];
  return {
    databases,
    list: async () => databases,
    async drop(name) {
      const index = databases.findIndex((one) => one.name === name);
      if (index === -1) throw new AppError('NOT_FOUND', `There is no database ${name}.`);
      if (databases[index]?.state === 'current')
        throw new AppError('DATABASE_IN_USE', `${name} is the one in use.`);
      databases.splice(index, 1);
    },
  };
}
