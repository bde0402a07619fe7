import type { FastifyPluginAsync } from 'fastify';
import { AppError } from '../../errors.js';
import type { Job, JobRequest, VerifyRequest } from '../../ports/jobs.js';
import type { HttpDeps } from '../deps.js';
import { DATABASE_LIST, DROPPED_DATABASE, JOB, JOB_LIST, JOB_REQUEST } from '../job-shapes.js';

const ID = {
  type: 'object',
  properties: { id: { type: 'string', description: "The job's id." } },
  required: ['id'],
} as const;

/** The body, as its schema leaves it. */
interface Asked {
  readonly kind: JobRequest['kind'];
  readonly fresh?: boolean;
  readonly switch?: boolean;
  readonly heads?: VerifyRequest['heads'];
}

function requested({ kind, heads, ...rebuild }: Asked): JobRequest {
  if (kind === 'verify' && Object.keys(rebuild).length > 0)
    throw new AppError('INVALID_REQUEST', '"fresh" and "switch" go with a rebuild, not with verify.');
  if (kind === 'verify') return { kind, ...(heads === undefined ? {} : { heads }) };
  if (heads !== undefined)
    throw new AppError('INVALID_REQUEST', '"heads" go with verify, not with a rebuild.');
  return { kind, ...rebuild };
}

function known(job: Job | undefined, id: string): Job {
  if (job !== undefined) return job;
  throw new AppError(
    'NOT_FOUND',
    `No job "${id}" is known to this instance; GET /v1/jobs lists those since its start.`,
  );
}

/** Work that takes long, and the databases that it leaves. */
export const jobRoutes: FastifyPluginAsync<HttpDeps> = async (app, { jobs, databases }) => {
  app.post<{ Body: Asked }>(
    '/v1/jobs',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'startJob',
        summary: 'Rebuild the documents, or verify journal and documents',
        description:
          'The job goes on when the caller goes away. One at a time. A rebuild that was cancelled or killed is gone on with when it is asked for again.',
        body: JOB_REQUEST,
        response: { 200: JOB },
        problems: ['INVALID_JSON', 'UNSUPPORTED_MEDIA_TYPE', 'DENIED', 'JOB_RUNNING'],
      },
    },
    async ({ body, caller }) => {
      return jobs.start(requested(body), caller);
    },
  );

  app.get(
    '/v1/jobs',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'listJobs',
        summary: 'Jobs of this instance, the newest first',
        response: { 200: JOB_LIST },
      },
    },
    async () => ({ jobs: jobs.list() }),
  );

  app.get<{ Params: { id: string } }>(
    '/v1/jobs/:id',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'getJob',
        summary: 'One job: how far it is, or what came of it',
        params: ID,
        response: { 200: JOB },
        problems: ['NOT_FOUND'],
      },
    },
    async ({ params: { id } }) => known(jobs.get(id), id),
  );

  app.post<{ Params: { id: string } }>(
    '/v1/jobs/:id/cancel',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'cancelJob',
        summary: 'Ask a job to end',
        description: 'One that has ended stays as it is.',
        params: ID,
        response: { 200: JOB },
        problems: ['NOT_FOUND', 'DENIED'],
      },
    },
    async ({ params: { id } }) => {
      return known(jobs.cancel(id), id);
    },
  );

  app.get(
    '/v1/databases',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'listDatabases',
        summary: 'Databases of documents, and what each is there for',
        response: { 200: DATABASE_LIST },
        problems: ['ENGINE_UNAVAILABLE'],
      },
    },
    async () => ({ databases: await databases.list() }),
  );

  app.delete<{ Params: { id: string } }>(
    '/v1/databases/:id',
    {
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'dropDatabase',
        summary: 'Drop a database of documents that is not in use',
        params: {
          type: 'object',
          properties: { id: { type: 'string', description: 'Its name.' } },
          required: ['id'],
        },
        response: { 200: DROPPED_DATABASE },
        problems: ['NOT_FOUND', 'DATABASE_IN_USE', 'DENIED', 'ENGINE_UNAVAILABLE'],
      },
    },
    async ({ params: { id } }) => {
      await databases.drop(id);
      return { dropped: id };
    },
  );
};
