import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditPage } from '../../src/core/audit-page.js';
import type { Reply } from '../../src/core/types.js';
import type { DocumentPage } from '../../src/ports/reads.js';
import { functionConfig, fn } from '../support/configs.js';
import { bearerAt, createProvider, type Bearer, type Person } from '../support/people.js';
import { startTestService, type TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { run } from '../unit/cli/run-cli.js';

const PEOPLE = {
  dana: { name: 'dana', roles: ['developer'], projects: ['pricing'] },
  dora: { name: 'dora', roles: ['developer'], projects: ['orders'] },
  abel: { name: 'abel', roles: ['approver'], projects: ['pricing'] },
  olga: { name: 'olga', roles: ['operator'] },
  root: { name: 'root', roles: ['admin'] },
  nora: { name: 'nora', roles: ['admin'], projects: [] },
} as const satisfies Record<string, Person>;

/** Fails where a command of the preparations was not accepted. */
function done({ status, error }: Reply): void {
  if (status !== 'ok') throw new Error(`${status}: ${JSON.stringify(error)}`);
}

describe('a service that asks who somebody is', () => {
  const provider = createProvider();
  let service: TestService;
  let as: Record<keyof typeof PEOPLE, Bearer>;

  beforeAll(async () => {
    service = await startTestService({
      ...provider.env,
      STAGELINE_ARTIFACT_ROOTS: join(__dirname, '..', '..', 'examples'),
    });
    const bearer = async (person: Person): Promise<Bearer> =>
      bearerAt(service.url, await provider.token(person));
    const bearers = await Promise.all(
      Object.entries(PEOPLE).map(async ([name, person]) => [name, await bearer(person)] as const),
    );
    as = Object.fromEntries(bearers) as typeof as;
    await service.ready();
    for (const [who, project] of [
      ['dana', 'pricing'],
      ['dora', 'orders'],
    ] as const) {
      const configs = [functionConfig(`in-${project}`)];
      done(await as[who].send('stage-configs', { configs }, { project }));
      done(await as[who].send('commit-staged-to-test', {}, { project }));
    }
  }, 60_000);

  afterAll(() => service.stop());

  const ids = async (who: keyof typeof PEOPLE, prefix = ''): Promise<string[]> => {
    const found: string[] = [];
    for (let cursor = ''; ;) {
      const page = (await as[who].read(`/v1/documents?limit=500&prefix=${prefix}${cursor}`)) as DocumentPage;
      found.push(...page.documents.map(({ id }) => id));
      if (page.cursor === undefined) return found;
      cursor = `&cursor=${page.cursor}`;
    }
  };

  it('deploys, since what its deployers report carries tickets of their own', async () => {
    let state = '';
    for (let tries = 0; tries < 200; tries += 1) {
      const { document } = (await as.dana.read('/v1/documents/release:pricing:test:00000001')) as {
        document: { state: string };
      };
      state = document.state;
      if (state === 'succeeded') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(state).toBe('succeeded');
  });

  it.each([
    ['/v1/status'],
    ['/v1/documents'],
    ['/v1/documents/environment:test'],
    ['/v1/audit'],
    ['/v1/events'],
    ['/v1/journal'],
    ['/v1/dead-letters'],
    ['/v1/jobs'],
    ['/v1/databases'],
    ['/v1/commands/0193a5a0-0000-7000-8000-000000000001'],
  ])('tells a stranger nothing at %s', async (path) => {
    for (const headers of [{}, { authorization: 'Bearer abc' }, { authorization: 'Basic cm9vdDpyb290' }]) {
      const response = await fetch(service.url + path, { headers: headers as Record<string, string> });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="stageline"',
      ]);
      expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  it("takes no stranger's command, not even to read it", async () => {
    const before = await as.root.read('/v1/audit?allProjects=true');
    const response = await fetch(`${service.url}/v1/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"not json',
    });
    expect(response.status).toBe(401);
    expect(await as.root.read('/v1/audit?allProjects=true')).toEqual(before);
  });

  it('tells those that start and stop it whether it is well, and why to those who are known', async () => {
    const anonymous = (await (await fetch(`${service.url}/readyz`)).json()) as {
      checks: { detail: string }[];
    };
    expect(new Set(anonymous.checks.map(({ detail }) => detail))).toEqual(
      new Set(['told to those who are known; send a bearer token']),
    );
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    const known = (await as.dana.read('/readyz')) as typeof anonymous;
    expect(known.checks.map(({ detail }) => detail)).toContain('this instance writes: working');
    expect(await as.dana.read('/v1/status')).toMatchObject({ authentication: 'required' });
  });

  it('writes into the record who asked, and also that somebody was denied', async () => {
    expect(await as.dana.send('commit-staged-to-prod', {}, { project: 'pricing' })).toMatchObject({
      status: 'denied',
      error: { code: 'DENIED', detail: '"dana" lacks the role approver.' },
    });
    expect(await as.dana.send('un-stage', { all: true }, { project: 'orders' })).toMatchObject({
      status: 'denied',
      error: { code: 'DENIED' },
    });
    const { entries } = (await as.dana.read('/v1/audit?project=pricing')) as AuditPage;
    expect(entries.map(({ actor, command, outcome }) => [actor, command, outcome]).slice(0, 3)).toEqual([
      ['dana', 'commit-staged-to-prod', 'denied'],
      expect.any(Array),
      expect.any(Array),
    ]);
  });

  it("shows documents of the caller's projects, and what belongs to nobody's", async () => {
    const [pricing, orders, all] = [await ids('dana'), await ids('dora'), await ids('root')];
    expect(pricing).toContain(`function:${fn('in-pricing')}`);
    expect(pricing.filter((id) => id.includes('orders'))).toEqual([]);
    expect(orders.filter((id) => id.includes('pricing'))).toEqual([]);
    expect(all).toEqual(expect.arrayContaining([...pricing, ...orders]));
    for (const kind of ['environment:test', 'environment:prod'])
      expect([pricing, orders, all].every((seen) => seen.includes(kind))).toBe(true);
    expect(pricing.filter((id) => id.startsWith('effects:'))).toEqual([]);
    const contents = all.filter((id) => id.startsWith('content:'));
    expect(contents).toHaveLength(2);
    expect(pricing.filter((id) => id.startsWith('content:'))).toHaveLength(1);
    for (const id of all) {
      const { status } = await as.dana.fetch(`/v1/documents/${id}`);
      expect([id, status]).toEqual([id, pricing.includes(id) ? 200 : 404]);
    }
  });

  it('does not say of an environment what others deploy there', async () => {
    const { document } = (await as.dana.read('/v1/documents/environment:test')) as {
      document: { open: { project: string }[] };
    };
    expect(document.open.filter(({ project }) => project !== 'pricing')).toEqual([]);
  });

  it('does not let documents of others be guessed at by expectations', async () => {
    const expectation = { 'stage-set:orders:main': 1, 'stage-set:orders:none': 1 };
    const reply = await as.dana.send('un-stage', { all: true }, { project: 'pricing', expect: expectation });
    expect(reply.error?.errors?.map(({ detail }) => detail)).toEqual([
      'does not exist, position 1 was expected',
      'does not exist, position 1 was expected',
    ]);
  });

  it('keeps the log of a project, and that of all, from those who are not in it', async () => {
    expect((await as.dana.fetch('/v1/audit?project=orders')).status).toBe(403);
    expect((await as.dana.fetch('/v1/audit?allProjects=true')).status).toBe(403);
    expect((await as.dana.fetch('/v1/audit?project=pricing&format=ndjson')).status).toBe(200);
    expect((await as.root.fetch('/v1/audit?allProjects=true&format=csv')).status).toBe(200);
  });

  it.each(['/v1/journal', '/v1/dead-letters', '/v1/jobs', '/v1/databases'])(
    'gives %s to operators of every project alone',
    async (path) => {
      expect((await as.dana.fetch(path)).status).toBe(403);
      expect((await as.abel.fetch(path)).status).toBe(403);
      const response = await as.olga.fetch(path);
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    },
  );

  it('lets nobody in whose token names no project', async () => {
    const response = await as.nora.fetch('/v1/documents');
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'DENIED',
      detail: expect.stringContaining('no project') as string,
    });
  });

  it('answers under a known id the one who asked, and nobody else', async () => {
    const id = '0193a5a0-0000-7000-8000-0000000000aa';
    const params = { configs: [functionConfig('mine')] };
    const first = await as.dana.send('stage-configs', params, { project: 'pricing', id });
    expect(first).toMatchObject({ status: 'ok' });
    expect(await as.dana.send('stage-configs', params, { project: 'pricing', id })).toEqual(first);
    expect(await as.root.send('stage-configs', params, { project: 'pricing', id })).toMatchObject({
      status: 'rejected',
      error: { code: 'ID_REUSED' },
    });
    expect((await as.dana.fetch(`/v1/commands/${id}`)).status).toBe(200);
    expect((await as.root.fetch(`/v1/commands/${id}`)).status).toBe(404);
  });

  it('tells whoever was denied, whichever way the command went, and nobody else', async () => {
    const body = { command: 'commit-staged-to-prod', project: 'pricing', params: {} };
    const told = async (who: keyof typeof PEOPLE, id: string): Promise<unknown> => {
      const response = await as[who].fetch(`/v1/commands/${id}`);
      return response.status === 200 ? ((await response.json()) as Reply).status : response.status;
    };
    const posted = (await as.dana.send(body.command, {}, { project: body.project })).id;
    const scripted = randomUUID();
    const published = await as.dana.fetch('/v1/firehose', {
      method: 'POST',
      headers: { TopicFn: 'persistent://ops/stageline/commands' },
      body: JSON.stringify({ ...body, id: scripted }),
    });
    expect(published.status).toBe(200);
    await until(async () => (await told('dana', scripted)) !== 404);
    for (const id of [posted, scripted])
      expect([await told('dana', id), await told('abel', id), await told('root', id)]).toEqual([
        'denied',
        404,
        404,
      ]);
    // A used id would be answered for ever: this one may be tried again, as somebody who may.
    expect(await as.abel.send(body.command, {}, { project: body.project, id: scripted })).not.toMatchObject({
      error: { code: 'ID_REUSED' },
    });
  });

  it("streams events of the caller's projects", async () => {
    const end = new AbortController();
    const stream = async (who: keyof typeof PEOPLE, query: string): Promise<string> => {
      const response = await as[who].fetch(`/v1/events?from=0${query}`, { signal: end.signal });
      if (response.status !== 200) return String(response.status);
      let text = '';
      const decoder = new TextDecoder();
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const stop = setTimeout(() => void reader.cancel(), 1_000);
      for (let part = await reader.read(); !part.done; part = await reader.read())
        text += decoder.decode(part.value);
      clearTimeout(stop);
      return text;
    };
    const [pricing, both, foreign] = await Promise.all([
      stream('dana', ''),
      stream('root', ''),
      stream('dana', '&project=orders'),
    ]);
    expect(pricing).toContain(fn('in-pricing'));
    expect(pricing).not.toContain('/stageline/orders');
    expect(both).toContain(fn('in-orders'));
    expect(foreign).toBe('403');
    end.abort();
  });

  it('signs commands for scripts that put them on the topic themselves', async () => {
    const response = await as.dana.fetch('/v1/tickets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command: 'un-stage', project: 'pricing', params: { all: true } }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      command: { command: 'un-stage', project: 'pricing', id: expect.any(String) as string },
      ticket: expect.stringMatching(/^eyJ/) as string,
    });
    expect((await fetch(`${service.url}/v1/tickets`, { method: 'POST' })).status).toBe(401);
  });

  it('signs nothing that is no command', async () => {
    const response = await as.dana.fetch('/v1/tickets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command: 'un-stage', params: {}, expect: 'nothing' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'INVALID_COMMAND',
      errors: [{ pointer: '/expect' }],
    });
  });

  it('takes what the command line makes for a person, where there is no provider', async () => {
    const env = { ...provider.env, STAGELINE_URL: service.url };
    const issued = await run(['token', 'issue', 'ivy', '--roles', 'viewer', '--projects', 'pricing'], {
      env,
    });
    expect(issued).toMatchObject({ code: 0, out: expect.stringMatching(/^eyJ/) as string });
    const ivy = bearerAt(service.url, issued.out);
    expect((await ivy.fetch('/v1/documents')).status).toBe(200);
    expect(await ivy.send('un-stage', { all: true }, { project: 'pricing' })).toMatchObject({
      status: 'denied',
    });
    const without = await run(['token', 'issue', 'ivy', '--roles', 'viewer'], { env: {} });
    expect([without.code, without.err]).toEqual([
      2,
      expect.stringContaining('STAGELINE_AUTH_HS256_SECRET_FILE is not set'),
    ]);
    expect((await run(['token', 'issue', 'token:x', '--roles', 'viewer'], { env })).code).toBe(2);
  });

  describe('API tokens', () => {
    let token = '';
    const cli = async (who: keyof typeof PEOPLE, ...args: string[]) =>
      run(args, {
        env: { STAGELINE_URL: service.url, STAGELINE_TOKEN: await provider.token(PEOPLE[who]) },
      });

    it('are made by admins, shown once, and kept nowhere', async () => {
      const denied = await cli('olga', 'token', 'create', 'ci', '--roles', 'developer');
      expect([denied.code, denied.err]).toEqual([1, expect.stringContaining('lacks the role admin')]);
      const made = await cli(
        'root',
        'token',
        'create',
        'ci',
        '--roles',
        'developer',
        '--projects',
        'pricing',
        '--owner',
        'dana',
      );
      expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^stl_ci_[\w-]{43}$/) as string });
      token = made.out;
      const secret = token.slice('stl_ci_'.length);
      for (const file of readdirSync(service.config.dataDir, { recursive: true, withFileTypes: true })) {
        if (!file.isFile()) continue;
        expect([file.name, readFileSync(join(file.parentPath, file.name)).includes(secret)]).toEqual([
          file.name,
          false,
        ]);
      }
    });

    it('may what they were given, where they were given it', async () => {
      const ci = bearerAt(service.url, token);
      const configs = [functionConfig('by-ci')];
      expect(await ci.send('stage-configs', { configs }, { project: 'pricing' })).toMatchObject({
        status: 'ok',
      });
      expect(await ci.send('stage-configs', { configs }, { project: 'orders' })).toMatchObject({
        status: 'denied',
      });
      expect(await ci.send('commit-staged-to-prod', {}, { project: 'pricing' })).toMatchObject({
        status: 'denied',
      });
      const { entries } = (await as.root.read('/v1/audit?project=pricing&limit=1')) as AuditPage;
      expect(entries[0]).toMatchObject({ actor: 'token:ci', outcome: 'denied' });
    });

    it('are listed to admins, and to nobody else', async () => {
      expect((await cli('root', 'token', 'list')).out).toMatch(/ci +until .* developer +pricing +root, dana/);
      expect((await cli('dana', 'token', 'list')).out).toBe('no API tokens');
      expect((await as.dana.fetch('/v1/documents/api-token:ci')).status).toBe(404);
    });

    it('are refused once they are revoked', async () => {
      expect((await cli('root', 'token', 'revoke', 'ci', '--reason', 'It stood in a log.')).code).toBe(0);
      const response = await bearerAt(service.url, token).fetch('/v1/status');
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ detail: 'The API token "ci" was revoked.' });
    });
  });
});
