import type { DatabaseStanding } from '../../src/ports/databases.js';
import type { Job, JobRequest } from '../../src/ports/jobs.js';

/** Jobs and databases of a running service, over HTTP. */
export interface JobsOf {
  start(request: JobRequest): Promise<Job>;
  get(id: string): Promise<Job>;
  cancel(id: string): Promise<Job>;
  /** Starts a job and waits for its end. */
  run(request: JobRequest): Promise<Exclude<Job, { state: 'running' }>>;
  ended(id: string): Promise<Exclude<Job, { state: 'running' }>>;
  databases(): Promise<DatabaseStanding[]>;
  /** The database in use. */
  current(): Promise<string>;
  /** Drops a database; the status and the code of the problem. */
  drop(name: string): Promise<{ readonly status: number; readonly code?: string }>;
}

export function jobsOf(url: string, withinMs = 60_000): JobsOf {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const json =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${url}/v1/${path}`, { method, ...json });
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const get = (id: string): Promise<Job> => ask('GET', `jobs/${id}`);
  const ended: JobsOf['ended'] = async (id) => {
    for (const end = Date.now() + withinMs; Date.now() < end;) {
      const job = await get(id);
      if (job.state !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`the job has not ended: ${JSON.stringify(await get(id))}`);
  };
  const start = (request: JobRequest): Promise<Job> => ask('POST', 'jobs', request);
  const databases = async (): Promise<DatabaseStanding[]> =>
    (await ask<{ databases: DatabaseStanding[] }>('GET', 'databases')).databases;
  return {
    start,
    get,
    cancel: (id) => ask('POST', `jobs/${id}/cancel`),
    run: async (request) => ended((await start(request)).id),
    ended,
    databases,
    current: async () => (await databases()).find(({ state }) => state === 'current')?.name ?? '',
    async drop(name) {
      const response = await fetch(`${url}/v1/databases/${name}`, { method: 'DELETE' });
      const { code } = (await response.json()) as { code?: string };
      return { status: response.status, ...(code === undefined ? {} : { code }) };
    },
  };
}
