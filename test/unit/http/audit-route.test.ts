import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { AuditPage } from '../../../src/core/audit-page.js';
import { auditId } from '../../../src/core/ids.js';
import { REDACTED } from '../../../src/core/secret-shapes.js';
import type { AuditDocument } from '../../../src/core/types.js';
import { AppError } from '../../../src/errors.js';
import { bodyOf, createTestApp, HOST, type TestApp } from '../../support/http-app.js';

const audit = (position: number, more: Partial<AuditDocument> = {}): AuditDocument => ({
  kind: 'audit',
  time: new Date(Date.UTC(2026, 0, 1) + position * 1_000).toISOString(),
  id: `c${position}`,
  command: 'un-stage',
  project: 'default',
  actor: 'alice',
  via: 'commands',
  outcome: 'ok',
  events: [],
  entities: [],
  ...more,
});

/** A log of so many records. */
function filled(count: number, more: (position: number) => Partial<AuditDocument> = () => ({})): TestApp {
  const made = createTestApp();
  for (let position = 1; position <= count; position += 1)
    made.reads.put(auditId(position), audit(position, more(position)));
  return made;
}

const page = async ({ app }: TestApp, query: string): Promise<AuditPage> => {
  const answer = await app.inject({ url: `/v1/audit?${query}`, headers: HOST });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'application/json; charset=utf-8',
  ]);
  return bodyOf(answer) as unknown as AuditPage;
};
const positionsOf = ({ entries }: AuditPage): number[] => entries.map(({ position }) => position);

describe('GET /v1/audit', () => {
  it('gives pages, the newest first', async () => {
    const made = filled(5);
    const first = await page(made, 'limit=3');
    expect(positionsOf(first)).toEqual([5, 4, 3]);
    expect(first.position).toBe(5);
    const second = await page(made, `limit=3&cursor=${first.cursor ?? ''}`);
    expect(second).toMatchObject({ position: 5 });
    expect(positionsOf(second)).toEqual([2, 1]);
    expect(second).not.toHaveProperty('cursor');
  });

  it.each([
    ['', [6, 3, 2, 1]],
    ['project=pricing', [4]],
    ['allProjects=true', [6, 5, 4, 3, 2, 1]],
    ['actor=bob', [3]],
    ['command=rollback', [2]],
    ['outcome=rejected', [3]],
    ['code=UNKNOWN_NAME', [3]],
    ['entity=a/b/c', [1]],
    ['entity=function:a/b/c', [1]],
    ['since=2026-01-01T00:00:03Z', [6, 3]],
    ['until=2026-01-01T01:00:03%2B01:00', [2, 1]],
    ['after=1&before=6', [3, 2]],
    ['order=oldest', [1, 2, 3, 6]],
  ])('filters by %s', async (query, expected) => {
    const facts: Record<number, Partial<AuditDocument>> = {
      1: { entities: ['function:a/b/c'] },
      2: { command: 'rollback' },
      3: { actor: 'bob', outcome: 'rejected', code: 'UNKNOWN_NAME', reason: 'no such name' },
      4: { project: 'pricing' },
      5: { project: 'stageline', via: 'internal' },
    };
    expect(
      positionsOf(
        await page(
          filled(6, (position) => facts[position] ?? {}),
          query,
        ),
      ),
    ).toEqual(expected);
  });

  it('is empty where nothing was recorded yet', async () => {
    expect(await page(createTestApp(), '')).toEqual({ entries: [], position: 0 });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=x', 'limit'],
    ['since=yesterday', 'since'],
    ['since=2026-12-31T23:59:60Z', 'since'],
    ['until=1', 'until'],
    ['entity=enrich', 'entity'],
    ['entity=', 'entity'],
    ['outcome=good', 'outcome'],
    ['order=up', 'order'],
    ['after=-1', 'after'],
    ['before=x', 'before'],
    ['cursor=nonsense', 'cursor'],
    ['format=xml', 'format'],
    ['allProjects=maybe', 'allProjects'],
    ['actor=a&actor=b', 'actor'],
    ['format=csv&cursor=nonsense', 'cursor'],
    ['format=ndjson&entity=enrich', 'entity'],
  ])('refuses %s, by its name', async (query, field) => {
    const answer = await filled(1).app.inject({ url: `/v1/audit?${query}`, headers: HOST });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(bodyOf(answer)).toMatchObject({
      code: 'INVALID_REQUEST',
      instance: '/v1/audit',
      errors: [{ pointer: `/query/${field}` }],
    });
  });

  it('names what it does not know', async () => {
    const answer = await filled(1).app.inject({ url: '/v1/audit?user=x', headers: HOST });
    expect(bodyOf(answer)).toMatchObject({ errors: [{ pointer: '/query/user', code: 'UNKNOWN_FIELD' }] });
  });

  it('refuses a cursor with other filters', async () => {
    const made = filled(3);
    const { cursor = '' } = await page(made, 'limit=1&actor=alice');
    for (const query of ['', 'actor=bob&', 'actor=alice&project=x&', 'actor=alice&order=oldest&']) {
      const answer = await made.app.inject({ url: `/v1/audit?${query}cursor=${cursor}`, headers: HOST });
      expect([query, answer.statusCode]).toEqual([query, 400]);
    }
  });

  it('passes the redactor', async () => {
    const secret = { secrets: { x: 'hunter2' } } as unknown as Partial<AuditDocument>;
    const { entries } = await page(
      filled(1, () => secret),
      '',
    );
    expect(entries[0]).toMatchObject({ secrets: { x: REDACTED } });
  });

  it('says when the documents cannot be read, in any format', async () => {
    for (const format of ['json', 'csv', 'ndjson']) {
      const made = filled(1);
      made.reads.fail(new AppError('ENGINE_UNAVAILABLE', 'gone'));
      const answer = await made.app.inject({ url: `/v1/audit?format=${format}`, headers: HOST });
      expect([format, answer.statusCode, bodyOf(answer)['code']]).toEqual([
        format,
        503,
        'ENGINE_UNAVAILABLE',
      ]);
    }
  });
});

describe('exports of the audit log', () => {
  /** Sockets of a real server, since an export watches its own. */
  const exported = async (
    { app }: TestApp,
    query: string,
    accept = '*/*',
  ): Promise<{ type: unknown; body: string }> => {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${url}/v1/audit?${query}`, { headers: { accept } });
    const body = await answer.text();
    await app.close();
    expect(answer.status).toBe(200);
    return { type: answer.headers.get('content-type'), body };
  };

  it.each([
    ['format=ndjson', undefined],
    ['', 'application/x-ndjson'],
    ['format=ndjson', 'text/csv'],
  ])('are NDJSON with ?%s and Accept %s, over as many pages as it takes', async (query, accept) => {
    const { type, body } = await exported(filled(2_500), `${query}&order=oldest`, accept);
    expect(type).toBe('application/x-ndjson; charset=utf-8');
    const lines = body.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { position: number }).position)).toEqual(
      Array.from({ length: 2_500 }, (_, index) => index + 1),
    );
  });

  it.each([
    ['format=csv', undefined],
    ['', 'text/csv, */*;q=0.5'],
  ])('are CSV with ?%s and Accept %s', async (query, accept) => {
    const { type, body } = await exported(
      filled(2, () => ({ actor: '=1+1' })),
      query,
      accept,
    );
    expect(type).toBe('text/csv; charset=utf-8; header=present');
    expect(body).toBe(
      [
        'position,time,actor,project,command,outcome,code,reason,events,entities,entitiesOmitted,via,id,override,overrode,allowLiterals',
        "2,2026-01-01T00:00:02.000Z,'=1+1,default,un-stage,ok,,,,,,commands,c2,,,",
        "1,2026-01-01T00:00:01.000Z,'=1+1,default,un-stage,ok,,,,,,commands,c1,,,",
        '',
      ].join('\r\n'),
    );
  });

  it('are a head alone, or nothing, where nothing passes', async () => {
    const made = filled(3);
    expect((await exported(made, 'format=csv&actor=bob')).body).toMatch(/^position,.*\r\n$/);
    expect((await exported(filled(3), 'format=ndjson&actor=bob')).body).toBe('');
  });

  it.each([1, 999, 1_000, 1_001, 2_400, 9_999])(
    'hold at most %i entries where that is asked',
    async (limit) => {
      const { body } = await exported(filled(2_500), `format=ndjson&limit=${limit}`);
      expect(body.trimEnd().split('\n')).toHaveLength(Math.min(limit, 2_500));
    },
  );

  it('go on behind a cursor', async () => {
    const made = filled(5);
    const { cursor = '' } = await page(made, 'limit=2');
    const { body } = await exported(made, `format=ndjson&cursor=${cursor}`);
    expect(body.trimEnd().split('\n')).toHaveLength(3);
  });

  it('find what is rare', async () => {
    const made = filled(12_000, (position) => (position === 3 ? { actor: 'bob' } : {}));
    const { body } = await exported(made, 'format=ndjson&actor=bob');
    expect(JSON.parse(body)).toMatchObject({ position: 3, actor: 'bob' });
  });

  describe('to clients that take nothing', () => {
    const opened: Socket[] = [];
    let made: TestApp;

    afterEach(async () => {
      for (const socket of opened.splice(0)) socket.destroy();
      await made.app.close();
    });

    /** Eight clients that ask for more than sockets hold and read nothing of it; the service's ends of them. */
    async function eightAsk(stalledMs: number): Promise<Socket[]> {
      made = createTestApp({ streams: { stalledMs } });
      const entities = Array.from({ length: 200 }, (_, index) => `function:a/b/${'c'.repeat(300)}${index}`);
      for (let position = 1; position <= 500; position += 1)
        made.reads.put(auditId(position), audit(position, { entities }));
      const accepted: Socket[] = [];
      made.app.server.on('connection', (socket: Socket) => accepted.push(socket));
      await made.app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = made.app.server.address() as AddressInfo;
      for (let index = 0; index < 8; index += 1) {
        const socket = connect(port, '127.0.0.1');
        opened.push(socket);
        socket.on('error', () => undefined);
        socket.write(`GET /v1/audit?format=ndjson HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
        // The answer has begun; nobody reads any further.
        await once(socket, 'readable');
      }
      return accepted;
    }
    const ask = async (query: string): Promise<Response> => {
      const { port } = made.app.server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/v1/audit?${query}`);
      return new Response(await answer.text(), answer);
    };

    it('are cut off, and others can have theirs', async () => {
      const accepted = await eightAsk(50);
      await Promise.all(accepted.map(async (socket) => (socket.closed ? undefined : once(socket, 'close'))));
      expect(accepted).toHaveLength(8);
      expect((await ask('format=csv&limit=1')).status).toBe(200);
    });

    it('are eight at most; pages are had all the same', async () => {
      await eightAsk(60_000);
      const answer = await ask('format=csv');
      expect([answer.status, await answer.json()]).toEqual([
        429,
        expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }),
      ]);
      expect((await ask('')).status).toBe(200);
    });
  });
});
