import { AppError } from '../../../src/errors.js';
import { validator } from '../../../src/core/validate.js';
import { bodyOf, createTestApp, HOST } from '../../support/http-app.js';

const isProblem = validator('problem.json');

function expectProblem(answer: { statusCode: number; headers: object; body: string }, code: string): void {
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  const body = bodyOf(answer);
  expect(isProblem(body)).toEqual([]);
  expect(body).toMatchObject({ code, status: answer.statusCode, type: `urn:stageline:problem:${code}` });
}

describe('problems', () => {
  it('answers an unknown path with NOT_FOUND', async () => {
    const answer = await createTestApp().app.inject({ url: '/nowhere?x=1', headers: HOST });
    expect(answer.statusCode).toBe(404);
    expectProblem(answer, 'NOT_FOUND');
    expect(bodyOf(answer)['instance']).toBe('/nowhere');
  });

  it.each([
    ['DELETE', '/v1/commands', 'POST'],
    ['GET', '/v1/commands', 'POST'],
    ['PUT', '/v1/documents/function:a/b/c', 'GET, HEAD'],
    ['POST', '/v1/events', 'GET'],
    ['HEAD', '/v1/events', 'GET'],
    ['PATCH', '/', 'GET, HEAD'],
  ] as const)('answers %s %s with METHOD_NOT_ALLOWED and what is', async (method, url, allow) => {
    const answer = await createTestApp().app.inject({ method, url, headers: HOST, payload: 'x' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    if (method !== 'HEAD') expectProblem(answer, 'METHOD_NOT_ALLOWED');
  });

  it('answers a broken path with a problem', async () => {
    const answer = await createTestApp().app.inject({ url: '/v1/documents/a%zz', headers: HOST });
    expect(answer.statusCode).toBe(400);
    expectProblem(answer, 'INVALID_REQUEST');
  });

  it('names each wrong query parameter by pointer', async () => {
    const answer = await createTestApp().app.inject({
      url: '/v1/documents?limit=0&waitMs=x&perfix=function:',
      headers: HOST,
    });
    expect(answer.statusCode).toBe(400);
    expectProblem(answer, 'INVALID_REQUEST');
    const { errors } = bodyOf(answer) as { errors: { pointer: string; code: string }[] };
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/query/limit INVALID_REQUEST',
      '/query/perfix UNKNOWN_FIELD',
      '/query/waitMs INVALID_REQUEST',
    ]);
  });

  it.each([
    { error: new Error('password=hunter2'), status: 500, code: 'INTERNAL' },
    { error: new AppError('JOURNAL_UNUSABLE', 'hunter2'), status: 500, code: 'JOURNAL_UNUSABLE' },
    {
      error: new AppError('ENGINE_UNAVAILABLE', 'http://admin:hunter2@couch:5984 refused'),
      status: 503,
      code: 'ENGINE_UNAVAILABLE',
    },
  ])('tells nothing of what failed inside: $code', async ({ error, status, code }) => {
    const { app, reads, log } = createTestApp();
    reads.fail(error);
    const answer = await app.inject({ url: '/v1/documents/function:a/b/c', headers: HOST });
    expect(answer.statusCode).toBe(status);
    expectProblem(answer, code);
    expect(answer.body).not.toContain('hunter2');
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { event: 'request-failed', facts: { err: error, url: '/v1/documents/function:a/b/c', status } },
    ]);
  });

  it('logs one line for each request, at debug', async () => {
    const { app, log } = createTestApp();
    await app.inject({ url: '/healthz', headers: HOST });
    expect(log.lines).toMatchObject([
      { level: 'debug', event: 'request', facts: { method: 'GET', url: '/healthz', status: 200 } },
    ]);
  });
});
