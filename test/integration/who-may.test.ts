import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listCommands } from '../../src/commands/registry.js';
import type { Role } from '../../src/core/roles.js';
import type { Reply } from '../../src/core/types.js';
import { apiTokenHash } from '../../src/identity/api-tokens.js';
import { bearerAt, createProvider } from '../support/people.js';
import { startTestService, type TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { EVERY_ROLE, MAY, PLACES, walk, type Attempt, type Place } from '../support/who-may.js';
import { run } from '../unit/cli/run-cli.js';

/** One request to a route, and who is let in; `every`: only for somebody who may act in every project. */
interface Asking {
  readonly route: string;
  readonly path: string;
  readonly roles: readonly Role[];
  readonly every?: true;
  /** Answered to whoever may read anything, and cut to what is his. */
  readonly cut?: true;
  /** What it says to whoever is let in: 200, unless what is asked for cannot be there. */
  readonly fine?: number;
}

const READERS: readonly Role[] = ['viewer', 'developer', 'approver', 'operator', 'admin'];
const OPERATORS: readonly Role[] = ['operator', 'admin'];
const ABSENT = randomUUID();
const HOOKS = '0123456789abcdef0123456789abcdef01234567';

/** Requests to every route that asks for a role. A read of another project's is a 403, or, where its existence would tell something, a 404. */
const ASKED: readonly Asking[] = [
  { route: 'get /v1/status', path: '/v1/status', roles: READERS, cut: true },
  { route: 'get /v1/sealing-keys', path: '/v1/sealing-keys', roles: READERS, cut: true },
  { route: 'get /v1/documents', path: '/v1/documents', roles: READERS, cut: true },
  { route: 'get /v1/documents/{id}', path: '/v1/documents/environment:test', roles: READERS, cut: true },
  { route: 'get /v1/documents/{id}', path: '/v1/documents/stage-set:pricing:main', roles: READERS },
  { route: 'get /v1/audit', path: '/v1/audit?project=pricing', roles: READERS },
  { route: 'get /v1/audit', path: '/v1/audit?allProjects=true', roles: READERS, every: true },
  { route: 'get /v1/events', path: '/v1/events?project=pricing', roles: READERS },
  { route: 'get /v1/journal', path: '/v1/journal', roles: OPERATORS, every: true },
  { route: 'get /v1/dead-letters', path: '/v1/dead-letters?waitMs=0', roles: OPERATORS, every: true },
  {
    route: 'get /v1/dead-letters/{id}',
    path: '/v1/dead-letters/none',
    roles: OPERATORS,
    every: true,
    fine: 404,
  },
  {
    route: 'post /v1/dead-letters/{id}/resend',
    path: '/v1/dead-letters/none/resend',
    roles: OPERATORS,
    every: true,
    fine: 404,
  },
  { route: 'get /v1/jobs', path: '/v1/jobs', roles: OPERATORS, every: true },
  { route: 'post /v1/jobs', path: '/v1/jobs', roles: OPERATORS, every: true, fine: 400 },
  { route: 'get /v1/jobs/{id}', path: `/v1/jobs/${ABSENT}`, roles: OPERATORS, every: true, fine: 404 },
  {
    route: 'post /v1/jobs/{id}/cancel',
    path: `/v1/jobs/${ABSENT}/cancel`,
    roles: OPERATORS,
    every: true,
    fine: 404,
  },
  { route: 'get /v1/databases', path: '/v1/databases', roles: OPERATORS, every: true },
  {
    route: 'delete /v1/databases/{id}',
    path: '/v1/databases/none',
    roles: OPERATORS,
    every: true,
    fine: 404,
  },
  { route: 'get /v2/topic', path: '/v2/topic', roles: OPERATORS, every: true },
  { route: 'post /v2/topic', path: '/v2/topic', roles: OPERATORS, every: true, fine: 422 },
  { route: 'delete /v2/topic', path: '/v2/topic', roles: OPERATORS, every: true, fine: 422 },
  { route: 'get /v2/topic/{topicKey}', path: `/v2/topic/${HOOKS}`, roles: OPERATORS, every: true, fine: 404 },
  {
    route: 'delete /v2/topic/{topicKey}',
    path: `/v2/topic/${HOOKS}`,
    roles: OPERATORS,
    every: true,
    fine: 404,
  },
];
/** Routes that ask for no role, or whose rules are walked in another way, and where. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'get /': 'open to all',
  'get /healthz': 'open to all',
  'get /readyz': 'open to all, without reasons',
  'get /v1/openapi.json': 'open to all',
  'post /v1/commands': 'each command as everybody, above',
  'get /v1/commands/{id}': 'the reply is for whoever sent it: integration/identity',
  'post /v1/tickets': 'each command as everybody, through the door for scripts, above',
  'post /v1/firehose': 'each command as everybody, above; by topic: unit/core/topic-access',
  'post /v2/firehose/{persistent}/{tenant}/{namespace}/{topic}': 'by topic: unit/core/topic-access',
  'get /v2/sse/{persistent}/{tenant}/{namespace}/{topic}': 'by topic: unit/core/topic-access',
  'get /v2/poll/{persistent}/{tenant}/{namespace}/{topic}': 'by topic: unit/core/topic-access',
};

/** Fails where a command of the preparations was not accepted. */
function done({ status, error }: Reply): void {
  if (status !== 'ok') throw new Error(`${status}: ${JSON.stringify(error)}`);
}

describe('who may what', () => {
  const provider = createProvider();
  const places = Object.keys(PLACES) as Place[];
  const tokens = new Map<string, { readonly jwt: string; readonly api: string }>();
  const tokensOf = ({ role, place }: Pick<Attempt, 'role' | 'place'>) =>
    tokens.get(`${role} ${place}`) as { readonly jwt: string; readonly api: string };
  let service: TestService;

  beforeAll(async () => {
    const sealingKeys = join(mkdtempSync(join(tmpdir(), 'stageline-sealing-')), 'keys.json');
    await run(['seal', 'keygen', '--out', sealingKeys]);
    service = await startTestService({
      ...provider.env,
      STAGELINE_SEALING_KEYS_FILE: sealingKeys,
      STAGELINE_ARTIFACT_ROOTS: join(__dirname, '..', '..', 'examples'),
    });
    await service.ready();
    const root = bearerAt(
      service.url,
      await provider.token({ name: 'root', roles: ['admin', 'overrider', 'service'] }),
    );
    const staged = await root.send(
      'stage-configs',
      { remove: [], configs: [CONFIG] },
      { project: 'pricing' },
    );
    done(staged);
    for (const role of EVERY_ROLE) {
      for (const [index, place] of places.entries()) {
        const projects = PLACES[place];
        const limited = projects === undefined ? {} : { projects };
        const name = `${role}-${index}`;
        const api = `stl_${name}_${randomBytes(32).toString('base64url')}`;
        const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
        const params = { name, hash: apiTokenHash(api), roles: [role], ...limited, expiresAt };
        done(await root.send('create-api-token', params));
        tokens.set(`${role} ${place}`, {
          jwt: await provider.token({ name, roles: [role], ...limited }),
          api,
        });
      }
    }
  }, 60_000);

  afterAll(() => service.stop());

  it('is said of every command there is', () => {
    const names = listCommands(['test', 'prod']).map(({ name }) => name);
    expect(Object.keys(MAY).sort()).toEqual([...names].sort());
  });

  const post = async (token: string, body: object): Promise<string> => {
    const { command, params, ...more } = body as { command: string; params: object };
    return (await bearerAt(service.url, token).send(command, params, more)).status;
  };

  it('is the same over HTTP with a JSON Web Token', async () => {
    const { tried, wrong } = await walk((attempt, body) => post(tokensOf(attempt).jwt, body));
    expect({ tried, wrong }).toEqual({ tried: Object.keys(MAY).length * 21, wrong: [] });
  }, 120_000);

  it('is the same over HTTP with an API token', async () => {
    const { tried, wrong } = await walk((attempt, body) => post(tokensOf(attempt).api, body));
    expect({ tried, wrong }).toEqual({ tried: Object.keys(MAY).length * 21, wrong: [] });
  }, 120_000);

  it('is the same for the command line', async () => {
    const { tried, wrong } = await walk(async (attempt, { command, project, params }) => {
      const args = ['send', command, '--project', project, '--params', JSON.stringify(params), '--dry-run'];
      const ran = await run([...args, '--id', randomUUID()], {
        env: { STAGELINE_URL: service.url, STAGELINE_TOKEN: tokensOf(attempt).jwt },
      });
      return (JSON.parse(ran.out) as { status: string }).status;
    });
    expect({ tried, wrong }).toEqual({ tried: Object.keys(MAY).length * 21, wrong: [] });
  }, 120_000);

  describe("through the door for Pulsar Beam's scripts", () => {
    const replies = new Map<string, string>();
    const end = new AbortController();

    /** Follows the topic of replies, as somebody who may see all of them. */
    beforeAll(async () => {
      const viewer = bearerAt(service.url, tokensOf({ role: 'viewer', place: 'in every project' }).jwt);
      const path = '/v2/sse/persistent/ops/stageline/replies';
      const response = await viewer.fetch(path, { signal: end.signal });
      const body = response.body as unknown as AsyncIterable<Uint8Array>;
      const read = async (): Promise<void> => {
        let text = '';
        for await (const part of body) {
          text += Buffer.from(part).toString();
          const blocks = text.split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) {
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (data === undefined) continue;
            const { id, status } = JSON.parse(data) as { id: string; status: string };
            replies.set(id, status);
          }
        }
      };
      read().catch(() => undefined);
    });
    afterAll(() => end.abort());

    const publish = async (body: object, headers: Record<string, string>): Promise<string> => {
      const { id } = body as { id: string };
      const response = await fetch(`${service.url}/v1/firehose`, {
        method: 'POST',
        headers: { ...headers, TopicFn: 'persistent://ops/stageline/commands' },
        body: JSON.stringify(body),
      });
      if (response.status !== 200) return `HTTP ${response.status}: ${await response.text()}`;
      await until(() => replies.has(id));
      return replies.get(id) as string;
    };

    it('is the same with a token', async () => {
      const { tried, wrong } = await walk((attempt, body) =>
        publish({ id: randomUUID(), ...body }, { authorization: tokensOf(attempt).jwt }),
      );
      expect({ tried, wrong }).toEqual({ tried: Object.keys(MAY).length * 21, wrong: [] });
    }, 120_000);

    it('is the same with a ticket in the envelope and no token', async () => {
      const { tried, wrong } = await walk(async (attempt, body) => {
        const signed = await bearerAt(service.url, tokensOf(attempt).jwt).fetch('/v1/tickets', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        const { command, ticket } = (await signed.json()) as { command: object; ticket: string };
        return publish({ ...command, ticket }, {});
      });
      expect({ tried, wrong }).toEqual({ tried: Object.keys(MAY).length * 21, wrong: [] });
    }, 120_000);
  });

  it('is said of every route there is', async () => {
    const document = (await (await fetch(`${service.url}/v1/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, object>>;
    };
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const known = [...new Set(ASKED.map(({ route }) => route)), ...Object.keys(ELSEWHERE)];
    expect(known.sort()).toEqual(routes.sort());
  });

  it.each(['jwt', 'api'] as const)(
    'is the same for every other route, by %s',
    async (kind) => {
      const wrong: string[] = [];
      for (const { route, path, roles, every, cut, fine = 200 } of ASKED) {
        const [method = ''] = route.split(' ');
        for (const role of EVERY_ROLE) {
          for (const place of places) {
            const end = new AbortController();
            const bearer = bearerAt(service.url, tokensOf({ role, place })[kind]);
            const init = { method: method.toUpperCase(), signal: end.signal };
            const { status } = await bearer.fetch(path, init);
            end.abort();
            const reaches =
              place === 'in every project' || cut === true || (place === 'in this project' && every !== true);
            const expected = !roles.includes(role)
              ? 403
              : reaches
                ? fine
                : path.startsWith('/v1/documents/')
                  ? 404
                  : 403;
            if (status !== expected) wrong.push(`${route} as ${role} ${place}: ${status}, not ${expected}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it.each(ASKED.map(({ route, path }) => [route, path]))(
    'lets nobody in without a token: %s',
    async (route, path) => {
      const [method = ''] = route.split(' ');
      const { status } = await fetch(`${service.url}${path}`, { method: method.toUpperCase() });
      expect(status).toBe(401);
    },
  );
});

const CONFIG = {
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name: 'enrich',
  className: 'enrich.Enrich',
  runtime: 'PYTHON',
  artifactPathOrUrl: 'packages/enrich.py',
  inputs: ['persistent://public/default/in'],
};
