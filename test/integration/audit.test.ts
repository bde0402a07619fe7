import type { AuditEntry } from '../../src/core/audit-entry.js';
import type { AuditPage } from '../../src/core/audit-page.js';
import type { Reply } from '../../src/core/types.js';
import { fn, functionConfig } from '../support/configs.js';
import { startTestService, type TestService } from '../support/service.js';
import { run } from '../unit/cli/run-cli.js';

describe('the audit log of a running service', () => {
  let service: TestService;
  /** Replies to what was sent, by what it was. */
  const replies: Record<string, Reply> = {};

  beforeAll(async () => {
    service = await startTestService();
    await service.ready();
    const commands: readonly [name: string, command: string, params: object, more?: object][] = [
      ['staged', 'stage-configs', { configs: [functionConfig('a')] }],
      ['dry', 'un-stage', { all: true }, { dryRun: true }],
      ['query', 'get-all-data', {}],
      ['elsewhere', 'stage-configs', { configs: [functionConfig('p')] }, { project: 'pricing' }],
      ['refused', 'commit-staged-to-prod', {}],
      ['unknown', 'un-stage', { names: ['a/b/unknown'] }],
      ['secret', 'un-stage', { names: ['a/b/password=hunter2'] }],
      ['invalid', 'un-stage', { names: 'a' }],
      ['committed', 'commit-staged-to-test', {}],
    ];
    for (const [name, command, params, more] of commands)
      replies[name] = await service.send(command, params, more);
    await service.finished('release:default:test:00000001');
  }, 60_000);

  afterAll(() => service.stop());

  const positionOf = (name: string): number => replies[name]?.position ?? -1;
  const get = (query: string, accept = 'application/json'): Promise<Response> =>
    fetch(`${service.url}/v1/audit?${query}`, { headers: { accept } });
  const page = async (query: string): Promise<AuditPage> => {
    const answer = await get(query);
    expect(answer.status).toBe(200);
    return (await answer.json()) as AuditPage;
  };
  const positionsOf = ({ entries }: { readonly entries: readonly AuditEntry[] }): number[] =>
    entries.map(({ position }) => position);

  it('holds what was recorded, refused commands with the reason, and nothing else', async () => {
    const { entries } = await page('order=oldest');
    const known = entries.filter(({ via }) => via === 'commands');
    expect(positionsOf({ entries: known })).toEqual(
      ['staged', 'refused', 'unknown', 'committed'].map(positionOf),
    );
    expect(known[1]).toMatchObject({
      command: 'commit-staged-to-prod',
      actor: 'local',
      outcome: 'rejected',
      code: 'NOT_PROVEN_IN_TEST',
      reason: replies['refused']?.error?.detail,
    });
    expect(entries.at(-1)).toMatchObject({
      command: 'record-deployment',
      via: 'results',
      entities: ['environment:test', 'release:default:test:00000001', `function:${fn('a')}`],
    });
    expect(replies['invalid']?.status).toBe('invalid');
  });

  it('repeats no secret, neither in the documents nor in an export', async () => {
    const { entries } = await page('code=UNKNOWN_NAME');
    expect(positionsOf({ entries })).toEqual([positionOf('unknown')]);
    expect(replies['secret']).toMatchObject({ status: 'invalid', error: { code: 'SECRET_LITERAL' } });
    expect(JSON.stringify(replies['secret'])).not.toContain('hunter2');
    for (const format of ['csv', 'ndjson'])
      expect(await (await get(`format=${format}`)).text()).not.toContain('hunter2');
  });

  it('is one and the same by command and by route', async () => {
    for (const params of [
      {},
      { allProjects: true, order: 'oldest' },
      { entity: fn('a') },
      { outcome: 'rejected' },
    ]) {
      const { result, status } = await service.send('get-audit-log', params);
      expect(status).toBe('ok');
      const query = new URLSearchParams(
        Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const { entries } = await page(query.toString());
      expect((result as unknown as AuditPage).entries).toEqual(entries);
      expect(entries.length).toBeGreaterThan(0);
    }
  });

  it('is found by time', async () => {
    const [refused] = (await page('code=NOT_PROVEN_IN_TEST')).entries;
    const { time = '' } = refused ?? {};
    expect(positionsOf(await page(`allProjects=true&since=${time}`))).toContain(positionOf('refused'));
    expect(positionsOf(await page(`allProjects=true&until=${time}`))).not.toContain(positionOf('refused'));
    expect(positionsOf(await page(`allProjects=true&since=${time}`))).not.toContain(positionOf('staged'));
  });

  it('has what the writer recorded among all projects only', async () => {
    expect(positionsOf(await page('project=pricing'))).toEqual([positionOf('elsewhere')]);
    expect((await page('project=stageline')).entries).toEqual([]);
    const { entries, position } = await page('allProjects=true&limit=1000&order=oldest');
    expect(positionsOf({ entries })).toEqual(Array.from({ length: position }, (_, index) => index + 1));
    expect(entries.some(({ via, project }) => via === 'internal' && project === 'stageline')).toBe(true);
  });

  it('is exported as NDJSON and CSV, whole', async () => {
    const { entries } = await page('allProjects=true&order=oldest&limit=1000');
    const last = entries.at(-1)?.position ?? 0;
    const ndjson = await (
      await get(`allProjects=true&order=oldest&before=${last + 1}`, 'application/x-ndjson')
    ).text();
    expect(
      ndjson
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(entries);
    const csv = await get(`allProjects=true&order=oldest&before=${last + 1}`, 'text/csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const [head, ...lines] = (await csv.text()).trimEnd().split('\r\n');
    expect(head).toMatch(/^position,time,/);
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(positionsOf({ entries }));
  });

  it.each(['since=yesterday', 'entity=x', 'cursor=x', 'limit=0', 'outcome=good'])(
    'refuses %s by its name',
    async (query) => {
      const answer = await get(query);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
      expect(await answer.json()).toMatchObject({
        errors: [{ pointer: `/query/${query.split('=', 1)[0] ?? ''}` }],
      });
    },
  );

  it('is shown by the command line', async () => {
    const { code, out } = await run(['log', '--url', service.url, '--outcome', 'rejected']);
    expect(code).toBe(0);
    const [head = '', ...rows] = out.split('\n');
    expect(head).toMatch(/^POSITION +TIME +ACTOR +COMMAND +PROJECT +OUTCOME +WHAT +REASON$/);
    expect(rows.map((row) => Number(row.split(' ')[0]))).toEqual([
      positionOf('unknown'),
      positionOf('refused'),
    ]);
    expect(rows[1]).toContain('NOT_PROVEN_IN_TEST: ');
  });
});
