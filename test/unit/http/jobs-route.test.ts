import { bodyOf, createTestApp, HOST, type TestApp } from '../../support/http-app.js';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask({ app }: TestApp, route: string, payload?: object): Promise<Answer> {
  const [method, url] = route.split(' ') as ['GET' | 'POST' | 'DELETE', string];
  const answer = await app.inject({
    method,
    url,
    headers: HOST,
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: bodyOf(answer) };
}

describe('jobs over HTTP', () => {
  it('are started, listed, looked at and cancelled', async () => {
    const test = createTestApp();
    const started = await ask(test, 'POST /v1/jobs', { kind: 'rebuild', fresh: true });
    expect(started).toMatchObject({ status: 200, body: { id: 'job-1', state: 'running' } });
    expect(test.jobs.started).toEqual([{ kind: 'rebuild', fresh: true }]);
    expect(await ask(test, 'GET /v1/jobs')).toMatchObject({ body: { jobs: [{ id: 'job-1' }] } });
    expect(await ask(test, 'GET /v1/jobs/job-1')).toMatchObject({ body: { state: 'running' } });
    expect(await ask(test, 'POST /v1/jobs/job-1/cancel')).toMatchObject({ body: { state: 'cancelled' } });
    expect(await ask(test, 'GET /v1/jobs/job-9')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    expect(await ask(test, 'POST /v1/jobs/job-9/cancel')).toMatchObject({ status: 404 });
  });

  it('take heads to verify against', async () => {
    const test = createTestApp();
    const heads = [{ position: 7, hash: 'x' }];
    expect(await ask(test, 'POST /v1/jobs', { kind: 'verify', heads })).toMatchObject({ status: 200 });
    expect(test.jobs.started).toEqual([{ kind: 'verify', heads }]);
  });

  it('say that one is under way', async () => {
    const test = createTestApp();
    await ask(test, 'POST /v1/jobs', { kind: 'verify' });
    expect(await ask(test, 'POST /v1/jobs', { kind: 'rebuild' })).toMatchObject({
      status: 409,
      body: { code: 'JOB_RUNNING' },
    });
  });

  it.each([
    ['another kind', { kind: 'repair' }],
    ['no kind', {}],
    ['a field that is not known', { kind: 'verify', offline: true }],
    ['what goes with the other kind', { kind: 'verify', fresh: true }],
    ['heads for a rebuild', { kind: 'rebuild', heads: [] }],
    ['a head without a hash', { kind: 'verify', heads: [{ position: 7 }] }],
  ])('are not started with %s', async (_what, body) => {
    const test = createTestApp();
    expect(await ask(test, 'POST /v1/jobs', body)).toMatchObject({ status: 400 });
    expect(test.jobs.started).toEqual([]);
  });
});

describe('databases over HTTP', () => {
  it('are listed and dropped', async () => {
    const test = createTestApp();
    test.databases.databases.push({ name: 'documents-b', state: 'former', position: 3 });
    expect(await ask(test, 'GET /v1/databases')).toMatchObject({
      body: { databases: [{ name: 'documents-a', state: 'current' }, { name: 'documents-b' }] },
    });
    expect(await ask(test, 'DELETE /v1/databases/documents-b')).toEqual({
      status: 200,
      body: { dropped: 'documents-b' },
    });
    expect(await ask(test, 'DELETE /v1/databases/documents-b')).toMatchObject({ status: 404 });
    expect(await ask(test, 'DELETE /v1/databases/documents-a')).toMatchObject({
      status: 409,
      body: { code: 'DATABASE_IN_USE' },
    });
  });
});
