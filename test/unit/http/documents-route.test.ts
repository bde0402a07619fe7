import type { AnyDocument } from '../../../src/core/types.js';
import { bodyOf, createTestApp, HOST, type TestApp } from '../../support/http-app.js';

const project = (name: string): AnyDocument => ({ kind: 'project', project: name, releases: {} });

function filled(...ids: string[]): TestApp {
  const made = createTestApp();
  for (const id of ids) made.reads.put(id, project('p'));
  return made;
}

describe('GET /v1/documents/{id}', () => {
  it.each([
    ['function:public/default/enrich', '/v1/documents/function:public/default/enrich'],
    ['function:public/default/enrich', '/v1/documents/function:public%2Fdefault%2Fenrich'],
    ['function:public/default/enrich', '/v1/documents/function%3Apublic%2fdefault/enrich'],
    ['staged:default:main:a/b/c', '/v1/documents/staged:default:main:a/b/c'],
    ['function:a/b/100%25', '/v1/documents/function:a/b/100%2525'],
    [`function:${'t'.repeat(128)}/b/c`, `/v1/documents/function:${'t'.repeat(128)}/b/c`],
  ])('finds %s at %s', async (id, url) => {
    const { app } = filled(id);
    const answer = await app.inject({ url, headers: HOST });
    expect(bodyOf(answer)).toEqual({ id, position: 1, document: project('p') });
    expect(answer.headers.etag).toBe('"1"');
  });

  it('answers 304 to the position that it has', async () => {
    const { app } = filled('project:p');
    const headers = { ...HOST, 'if-none-match': '"1"' };
    const answer = await app.inject({ url: '/v1/documents/project:p', headers });
    expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', '"1"']);
  });

  it('answers 404 where there is none', async () => {
    const answer = await createTestApp().app.inject({ url: '/v1/documents/function:a/b/c', headers: HOST });
    expect(answer.statusCode).toBe(404);
    expect(bodyOf(answer)).toMatchObject({
      code: 'NOT_FOUND',
      detail: 'There is no document "function:a/b/c".',
    });
  });

  it.each(['answered:0193a5a0-0000-7000-8000-000000000001', 'checkpoint', 'attempt:x', 'index:00001000'])(
    'does not show %s',
    async (id) => {
      const { app } = filled(id);
      const answer = await app.inject({ url: `/v1/documents/${id}`, headers: HOST });
      expect(answer.statusCode).toBe(404);
    },
  );

  it('masks secrets', async () => {
    const { app, reads } = createTestApp();
    const config = { type: 'function', userConfig: { password: 'hunter2', other: { $secret: 'db' } } };
    reads.put('content:x', { kind: 'content', contentHash: 'x', config } as unknown as AnyDocument);
    const answer = await app.inject({ url: '/v1/documents/content:x', headers: HOST });
    expect(answer.body).not.toContain('hunter2');
    expect(answer.body).toContain('{"$secret":"db"}');
  });

  it('waits for the position asked for', async () => {
    const { app, reads } = filled('project:p');
    setTimeout(() => reads.reach(5), 20);
    const answer = await app.inject({ url: '/v1/documents/project:p?after=5', headers: HOST });
    expect(answer.statusCode).toBe(200);
    const late = await app.inject({ url: '/v1/documents/project:p?after=6&waitMs=10', headers: HOST });
    expect(late.statusCode).toBe(504);
    expect(bodyOf(late)).toMatchObject({ code: 'NOT_REACHED', detail: 'Position 6 is not reached.' });
  });

  it('refuses a position that is none', async () => {
    const { app } = createTestApp();
    const answer = await app.inject({ url: '/v1/documents/project:p?after=-1', headers: HOST });
    expect(answer.statusCode).toBe(400);
  });
});

describe('GET /v1/documents', () => {
  const listed = async (
    { app }: TestApp,
    url: string,
  ): Promise<{ ids: string[]; cursor?: string; position: number }> => {
    const answer = await app.inject({ url, headers: HOST });
    expect(answer.statusCode).toBe(200);
    const { documents, ...rest } = bodyOf(answer) as {
      documents: { id: string }[];
      cursor?: string;
      position: number;
    };
    return { ids: documents.map(({ id }) => id), ...rest };
  };

  it('lists what starts with the prefix, page by page', async () => {
    const made = filled('function:a/b/1', 'function:a/b/2', 'function:a/b/3', 'project:p');
    const first = await listed(made, '/v1/documents?prefix=function:&limit=2');
    expect(first).toMatchObject({ ids: ['function:a/b/1', 'function:a/b/2'], position: 4 });
    const second = await listed(made, `/v1/documents?prefix=function:&limit=2&cursor=${first.cursor ?? ''}`);
    expect(second).toEqual({ ids: ['function:a/b/3'], position: 4 });
  });

  it('lists every kind in the order of the ids, but none that is kept for the service', async () => {
    const ids = ['audit:00000001', 'content:x', 'function:a/b/1', 'stage-set:p:main', 'staged:p:main:a/b/1'];
    const made = filled(...ids, 'answered:x', 'checkpoint', 'attempt:x', 'index:00001000');
    const all: string[] = [];
    let cursor: string | undefined = '';
    for (let page = 0; cursor !== undefined && page < 10; page += 1) {
      const next = await listed(made, `/v1/documents?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(next.ids.length).toBeLessThanOrEqual(1);
      all.push(...next.ids);
      cursor = next.cursor;
    }
    expect(all).toEqual(ids.slice(1));
    expect((await listed(made, '/v1/documents')).ids).toEqual(ids.slice(1));
    expect((await listed(made, '/v1/documents?prefix=stage')).ids).toEqual(ids.slice(3));
    expect((await listed(made, '/v1/documents?prefix=audit:')).ids).toEqual(['audit:00000001']);
    expect(await listed(made, '/v1/documents?prefix=nothing')).toEqual({ ids: [], position: 9 });
  });

  it('does not list what is kept for the service', async () => {
    const { app } = filled('answered:x');
    const answer = await app.inject({ url: '/v1/documents?prefix=answered:', headers: HOST });
    expect(answer.statusCode).toBe(404);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'limit=1&limit=2', 'cursor=nonsense', 'cursor=', 'after=1.5'])(
    'refuses %s',
    async (query) => {
      const answer = await filled('function:a/b/1').app.inject({
        url: `/v1/documents?${query}`,
        headers: HOST,
      });
      expect(answer.statusCode).toBe(400);
      expect(bodyOf(answer)).toMatchObject({
        errors: [{ pointer: `/query/${query.split('=', 1)[0] ?? ''}` }],
      });
    },
  );

  it('refuses the cursor of another listing', async () => {
    const made = filled('function:a/b/1', 'function:a/b/2');
    const { cursor = '' } = await listed(made, '/v1/documents?prefix=function:&limit=1');
    const answer = await made.app.inject({
      url: `/v1/documents?prefix=project:&cursor=${cursor}`,
      headers: HOST,
    });
    expect(answer.statusCode).toBe(400);
  });

  it('waits for the position asked for', async () => {
    const { app } = filled('project:p');
    const late = await app.inject({ url: '/v1/documents?prefix=project:&after=9&waitMs=0', headers: HOST });
    expect(late.statusCode).toBe(504);
  });
});
