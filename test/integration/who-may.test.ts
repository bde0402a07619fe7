import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { listCommands } from '../../src/commands/registry.js';
import type { Reply } from '../../src/core/types.js';
import { apiTokenHash } from '../../src/identity/api-tokens.js';
import { bearerAt, createProvider } from '../support/people.js';
import { startTestService, type TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { EVERY_ROLE, MAY, PLACES, walk, type Attempt, type Place } from '../support/who-may.js';
import { run } from '../unit/cli/run-cli.js';

type Reading = readonly [path: string, roles: readonly string[], every?: true];

const READERS = ['viewer', 'developer', 'approver', 'operator', 'admin'];
const OPERATORS = ['operator', 'admin'];

/** Reads, and who gets a 200. A read of another project's is a 403, or, where its existence would tell something, a 404. */
const READS: readonly Reading[] = [
  ['/v1/status', READERS],
  ['/v1/documents', READERS],
  ['/v1/documents/environment:test', READERS],
  ['/v1/documents/stage-set:pricing:main', READERS],
  ['/v1/audit?project=pricing', READERS],
  ['/v1/audit?allProjects=true', READERS, true],
  ['/v1/events?project=pricing', READERS],
  ['/v1/journal', OPERATORS, true],
  ['/v1/dead-letters?waitMs=0', OPERATORS, true],
  ['/v1/jobs', OPERATORS, true],
  ['/v1/databases', OPERATORS, true],
];
/** These answer whoever may read anything, and show what is his. */
const CUT_TO_PROJECTS = ['/v1/status', '/v1/documents', '/v1/documents/environment:test'];

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
    service = await startTestService({
      ...provider.env,
      STAGELINE_ARTIFACT_ROOTS: join(__dirname, '..', '..', 'examples'),
    });
    await service.ready();
    const root = bearerAt(service.url, await provider.token({ name: 'root', roles: ['admin', 'overrider', 'service'] }));
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

  it.each(['jwt', 'api'] as const)(
    'is the same for reads, by %s',
    async (kind) => {
      const wrong: string[] = [];
      for (const [path, roles, every] of READS) {
        for (const role of EVERY_ROLE) {
          for (const place of places) {
            const end = new AbortController();
            const bearer = bearerAt(service.url, tokensOf({ role, place })[kind]);
            const { status } = await bearer.fetch(path, { signal: end.signal });
            end.abort();
            const reaches =
              place === 'in every project' ||
              CUT_TO_PROJECTS.includes(path) ||
              (place === 'in this project' && every !== true);
            const expected = !roles.includes(role)
              ? [403]
              : reaches
                ? [200]
                : [path.startsWith('/v1/documents/') ? 404 : 403];
            if (!expected.includes(status))
              wrong.push(`${path} as ${role} ${place}: ${status}, not ${expected.join()}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
    120_000,
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
