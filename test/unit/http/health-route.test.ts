import { bodyOf, createTestApp, HOST } from '../../support/http-app.js';

describe('the routes that tell how the service is', () => {
  it('tells the status', async () => {
    const answer = await createTestApp().app.inject({ url: '/v1/status', headers: HOST });
    expect(bodyOf(answer)).toMatchObject({ instance: 'test', lease: { state: 'leading' } });
  });

  it('is healthy while it serves, whatever the checks say', async () => {
    const { app, checks } = createTestApp();
    checks.push({ name: 'journal', ok: false, detail: 'gone' });
    const answer = await app.inject({ url: '/healthz', headers: HOST });
    expect([answer.statusCode, bodyOf(answer)]).toEqual([
      200,
      { status: 'ok', time: '2026-01-02T00:00:00.000Z' },
    ]);
  });

  it('is ready if every check is well', async () => {
    const { app, checks } = createTestApp();
    const ready = await app.inject({ url: '/readyz', headers: HOST });
    expect([ready.statusCode, bodyOf(ready)]).toEqual([200, { ready: true, checks: [...checks] }]);
    checks.push({ name: 'journal', ok: false, detail: 'gone', since: '2026-01-02T03:04:05.006Z' });
    const not = await app.inject({ url: '/readyz', headers: HOST });
    expect([not.statusCode, bodyOf(not)]).toEqual([503, { ready: false, checks }]);
  });

  it('is not ready if the status cannot be told, and does not say more', async () => {
    const { app, log } = createTestApp({ status: () => Promise.reject(new Error('hunter2')) });
    const answer = await app.inject({ url: '/readyz', headers: HOST });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('hunter2');
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'status-failed' }));
  });

  it('says at the root where to go next', async () => {
    const { app } = createTestApp();
    const json = await app.inject({ url: '/', headers: HOST });
    expect(bodyOf(json)).toMatchObject({
      service: 'stageline',
      next: { '/v1/status': expect.any(String) as string },
    });
    const page = await app.inject({ url: '/', headers: { ...HOST, accept: 'text/html,*/*' } });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('<a href="/v1/openapi.json">');
    expect(page.body).not.toMatch(/https?:\/\//);
  });

  it('sends the same headers with every answer', async () => {
    const { headers } = await createTestApp().app.inject({ url: '/healthz', headers: HOST });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });
});
