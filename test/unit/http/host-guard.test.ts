import { createHostCheck } from '../../../src/http/plugins/host-guard.js';
import { bodyOf, createTestApp } from '../../support/http-app.js';

const check = createHostCheck({
  host: '127.0.0.1',
  port: 0,
  allowedHosts: ['stage.example.com', 'proxy.example.com:8443', '::ffff:10.0.0.1'],
  corsOrigins: ['https://portal.example.com'],
});
const arrive = (host: string | undefined, origin?: string): string | undefined =>
  check({ host, origin, localPort: 7070 });

describe('the host guard', () => {
  it.each([
    'localhost',
    'localhost:7070',
    'LOCALHOST:7070',
    '127.0.0.1:7070',
    '[::1]:7070',
    '[::1]',
    'stage.example.com',
    'stage.example.com:7070',
    'proxy.example.com:8443',
    '[::ffff:10.0.0.1]:7070',
  ])('lets Host %s in', (host) => {
    expect(arrive(host)).toBeUndefined();
  });

  it.each([
    undefined,
    '',
    'evil.example.com',
    'localhost:7071',
    'localhost.evil.com:7070',
    'proxy.example.com',
    'user@localhost:7070',
    'localhost:7070:7070',
    'localhost:',
    '[::2]:7070',
  ])('refuses Host %s', (host) => {
    expect(arrive(host)).toContain('STAGELINE_HTTP_ALLOWED_HOSTS');
  });

  it.each([
    ['localhost:7070', 'http://localhost:7070'],
    ['localhost:7070', 'http://127.0.0.1:7070'],
    ['stage.example.com', 'https://stage.example.com'],
    ['localhost', 'http://localhost'],
    ['stage.example.com:7070', 'https://proxy.example.com:8443'],
  ])('at Host %s lets Origin %s in', (host, origin) => {
    expect(arrive(host, origin)).toBeUndefined();
  });

  it.each([
    'null',
    '',
    'http://evil.example.com',
    'http://localhost',
    'http://localhost:3000',
    'file://localhost:7070',
    'http://evil.example.com:7070',
  ])('refuses Origin %s', (origin) => {
    expect(arrive('localhost:7070', origin)).toContain('are not taken');
  });

  it('takes requests of pages that are configured, and of no page beside them', () => {
    expect(arrive('localhost:7070', 'https://portal.example.com')).toBeUndefined();
    expect(arrive('localhost:7070', 'https://portal.example.com.evil.example')).toContain('are not taken');
    expect(arrive('localhost:7070', 'null')).toContain('are not taken');
  });

  it('knows an IPv6 bind address', () => {
    const bound = createHostCheck({ host: '::', port: 7070, allowedHosts: [], corsOrigins: [] });
    expect(bound({ host: '[::]:7070', origin: undefined, localPort: undefined })).toBeUndefined();
  });

  it.each(['/', '/healthz', '/nowhere', '/v1/events'])('guards %s with a problem', async (url) => {
    const { app } = createTestApp();
    const answer = await app.inject({ url, headers: { host: 'evil.example.com' } });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(bodyOf(answer)).toMatchObject({ code: 'FOREIGN_HOST', status: 403 });
  });

  it('sends no CORS headers and answers no preflight', async () => {
    const { app } = createTestApp();
    const answer = await app.inject({
      method: 'OPTIONS',
      url: '/v1/commands',
      headers: { host: 'localhost:7070', origin: 'http://localhost:7070' },
    });
    expect(answer.statusCode).toBe(405);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
