import { randomUUID } from 'node:crypto';
import type { Reply } from '../../src/core/types.js';
import { askAt, type Answer, type AskOptions } from '../support/beam-door.js';
import { functionConfig } from '../support/configs.js';
import { bearerAt, createProvider, type Person } from '../support/people.js';
import { startTestService, type TestService } from '../support/service.js';
import { openStream } from '../support/sse-client.js';
import { until } from '../support/until.js';

const COMMANDS = 'persistent://ops/stageline/commands';
const TO_COMMANDS = '/v2/firehose/persistent/ops/stageline/commands';
const from = (way: 'sse' | 'poll', topic: string): string => `/v2/${way}/p/ops/stageline/${topic}`;

const PEOPLE = {
  dana: { name: 'dana', roles: ['developer'], projects: ['pricing'] },
  dora: { name: 'dora', roles: ['developer'], projects: ['orders'] },
  vera: { name: 'vera', roles: ['viewer'] },
  olga: { name: 'olga', roles: ['operator'] },
  oscar: { name: 'oscar', roles: ['operator'], projects: ['pricing'] },
  sid: { name: 'sid', roles: ['service'] },
} as const satisfies Record<string, Person>;
type Who = keyof typeof PEOPLE;

describe('the door for scripts of Pulsar Beam, where callers are asked who they are', () => {
  const provider = createProvider();
  let service: TestService;
  let port: number;
  const tokens = {} as Record<Who, string>;

  beforeAll(async () => {
    service = await startTestService({
      ...provider.env,
      STAGELINE_BEAM_TOPICS: JSON.stringify([
        { topic: 'acme/orders/new', publish: 'developer', consume: 'viewer', project: 'orders' },
        { prefix: 'persistent://ops/', publish: 'viewer', consume: 'viewer' },
      ]),
    });
    port = Number(new URL(service.url).port);
    for (const [who, person] of Object.entries(PEOPLE)) tokens[who as Who] = await provider.token(person);
    await service.ready();
  }, 60_000);
  afterAll(() => service.stop());

  const ask = (path: string, who?: Who, { headers, ...options }: AskOptions = {}): Promise<Answer> =>
    askAt(port, path, {
      ...options,
      headers: { ...headers, ...(who === undefined ? {} : { authorization: `Bearer ${tokens[who]}` }) },
    });
  const command = (more: object = {}): Record<string, unknown> => ({
    id: randomUUID(),
    command: 'stage-configs',
    project: 'pricing',
    params: { configs: [functionConfig(`fn-${randomUUID().slice(0, 8)}`)] },
    ...more,
  });
  const post = (body: unknown, who?: Who, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    ask(TO_COMMANDS, who, { body: JSON.stringify(body), headers });
  /** The reply to a command, as whoever asked for it gets it. */
  const replyTo = async (id: unknown, who: Who): Promise<Reply> => {
    let reply: Reply | undefined;
    await until(async () => {
      const response = await bearerAt(service.url, tokens[who]).fetch(`/v1/commands/${String(id)}`);
      reply = response.status === 200 ? ((await response.json()) as Reply) : undefined;
      return reply !== undefined;
    });
    return reply as Reply;
  };
  const deadLetters = async (): Promise<number> => {
    const page = (await bearerAt(service.url, tokens.olga).read('/v1/dead-letters')) as {
      letters: unknown[];
    };
    return page.letters.length;
  };

  it.each([
    ['Bearer', (token: string) => `Bearer ${token}`],
    ['bare', (token: string) => token],
  ])('takes a command with a token (%s), as a script posts it', async (_, authorization) => {
    const sent = command();
    const answer = await post(sent, undefined, {
      authorization: authorization(tokens.dana),
      'content-type': 'application/json',
    });
    expect([answer.status, answer.text, answer.headers['x-stageline-command-id']]).toEqual([
      200,
      '',
      sent['id'],
    ]);
    expect(await replyTo(sent['id'], 'dana')).toMatchObject({ status: 'ok', command: 'stage-configs' });
  });

  it('takes a command by v1, with the topic in a header', async () => {
    const sent = command();
    const answer = await ask('/v1/firehose', 'dana', {
      body: JSON.stringify(sent),
      headers: { TopicFn: COMMANDS },
    });
    expect(answer.status).toBe(200);
    expect(await replyTo(sent['id'], 'dana')).toMatchObject({ status: 'ok' });
  });

  it('gives a command that has no id one, and says it', async () => {
    const { id: _id, ...sent } = command();
    const answer = await post(sent, 'dana');
    expect(await replyTo(answer.headers['x-stageline-command-id'], 'dana')).toMatchObject({ status: 'ok' });
  });

  it('takes a command that carries its ticket, without any token', async () => {
    const response = await bearerAt(service.url, tokens.dana).fetch('/v1/tickets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command()),
    });
    const { command: completed, ticket } = (await response.json()) as {
      command: { id: string };
      ticket: string;
    };
    const answer = await post({ ...completed, ticket });
    expect(answer.status).toBe(200);
    expect(await replyTo(completed.id, 'dana')).toMatchObject({ status: 'ok' });

    const changed = { ...completed, params: { configs: [functionConfig('smuggled')] } };
    for (const [body, who] of [
      [{ ...changed, ticket }, undefined],
      [{ ...changed, ticket }, 'dana'],
      [{ ...completed, id: randomUUID(), ticket }, undefined],
      [{ ...completed, ticket: 'abc.def.ghi' }, undefined],
      [completed, undefined],
    ] as const)
      expect([(await post(body, who)).status]).toEqual([401]);
  });

  it('decides by the token who asks, and the processor decides what he may', async () => {
    const sent = command({ project: 'orders' });
    expect((await post(sent, 'dana')).status).toBe(200);
    // A denial is no answer that is kept under the id: it is on the topic of replies alone.
    let reply: { payload: string } | undefined;
    await until(async () => {
      const { text, status } = await ask(`${from('poll', 'replies')}?batchSize=1000`, 'dana');
      const { messages } = JSON.parse(status === 200 ? text : '{"messages":[]}') as {
        messages: { key: string; payload: string }[];
      };
      reply = messages.find(({ key }) => key === sent['id']);
      return reply !== undefined;
    });
    expect(JSON.parse(Buffer.from(reply?.payload ?? '', 'base64').toString())).toMatchObject({
      status: 'denied',
    });
  });

  it('refuses what is no command where its sender hears of it, and leaves no dead letter', async () => {
    const before = await deadLetters();
    for (const body of [
      '',
      'hello',
      '[]',
      '{}',
      '{"command":7}',
      JSON.stringify(command({ id: 'x' })),
      JSON.stringify(command({ more: 1 })),
      `{"a":${'['.repeat(200)}${']'.repeat(200)}}`,
    ]) {
      const answer = await ask(TO_COMMANDS, 'dana', { method: 'POST', body });
      expect([body.slice(0, 20), answer.status, Object.keys(JSON.parse(answer.text) as object)]).toEqual([
        body.slice(0, 20),
        422,
        expect.arrayContaining(['error', 'code']),
      ]);
    }
    const large = command({ params: { configs: [], note: 'x'.repeat(400_000) } });
    expect((await post(large, 'dana')).status).toBe(413);
    expect((await post(large)).status).toBe(413);
    expect(await deadLetters()).toBe(before);
  });

  it('weakness: no route is open to strangers, v1 neither', async () => {
    const token = (person: Person, life: number): Promise<string> => provider.token(person, life);
    const expired = await token(PEOPLE.dana, -120);
    for (const authorization of [
      undefined,
      'abc',
      'Bearer abc',
      'Basic cm9vdDpyb290',
      expired,
      `Bearer ${tokens.dana}x`,
    ]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      for (const [path, more] of [
        ['/v2/firehose/p/acme/orders/new', { body: 'x' }],
        ['/v1/firehose', { body: 'x', headers: { TopicFn: 'acme/orders/new' } }],
        ['/v2/sse/p/acme/orders/new', {}],
        [from('poll', 'journal'), {}],
      ] as const) {
        const answer = await askAt(port, path, {
          ...more,
          headers: { ...('headers' in more ? more.headers : {}), ...headers },
        });
        expect([path, answer.status, answer.text]).toEqual([path, 401, 'Unauthorized']);
        expect(answer.headers['www-authenticate']).toMatch(
          /^Bearer realm="stageline", error_description="[^"]+"$/,
        );
      }
    }
  });

  it('weakness: a token opens only what its roles open, in their projects', async () => {
    const status = async (who: Who, path: string, options?: AskOptions): Promise<number> =>
      (await ask(path, who, options)).status;
    const publish = { body: 'x' };
    expect(await status('dora', '/v2/firehose/p/acme/orders/new', publish)).toBe(200);
    expect(await status('dana', '/v2/firehose/p/acme/orders/new', publish)).toBe(403);
    expect(await status('vera', '/v2/firehose/p/acme/orders/new', publish)).toBe(403);
    expect(await status('vera', '/v2/poll/p/acme/orders/new')).toBe(200);
    expect(await status('sid', '/v2/poll/p/acme/orders/new')).toBe(403);
    for (const topic of ['journal', 'dead-letters']) {
      expect([topic, (await status('olga', from('poll', topic))) < 300]).toEqual([topic, true]);
      for (const who of ['vera', 'dana', 'oscar', 'sid'] as const)
        expect([topic, who, await status(who, from('poll', topic))]).toEqual([topic, who, 403]);
    }
    // An entry of the configuration does not open Stageline's own topics further.
    for (const topic of [
      'p/ops/stageline/journal',
      'p/ops/stageline/replies',
      'p/ops/stageline/dead-letters',
      'np/ops/stageline/beats',
      'p/ops/stageline/commands-partition-0',
    ])
      expect([topic, await status('olga', `/v2/firehose/${topic}`, publish)]).toEqual([topic, 403]);
    for (const path of [
      from('poll', 'commands'),
      '/v2/poll/p/ops/deployment-automation/results',
      '/v2/poll/p/ops/deployment-automation/test',
    ])
      expect([path, await status('olga', path)]).toEqual([path, 403]);
  });

  it("shows whoever may act in some projects the replies to himself, and nobody else's", async () => {
    const own = command();
    const others = command({ project: 'orders' });
    await post(own, 'dana');
    await post(others, 'dora');
    await Promise.all([replyTo(own['id'], 'dana'), replyTo(others['id'], 'dora')]);
    const read = async (who: Who): Promise<string[]> => {
      const { text } = await ask(`${from('poll', 'replies')}?batchSize=1000`, who);
      const { messages } = JSON.parse(text) as { messages: { key: string }[] };
      return messages.map(({ key }) => key);
    };
    expect(await read('dana')).toContain(own['id']);
    expect(await read('dana')).not.toContain(others['id']);
    expect(await read('dora')).toContain(others['id']);
    expect(await read('vera')).toEqual(expect.arrayContaining([own['id'], others['id']]));
    const named = await ask(from('poll', 'replies'), 'dana', {
      headers: { SubscriptionName: 'replies-of-dana' },
    });
    expect([named.status, JSON.parse(named.text)]).toEqual([
      403,
      expect.objectContaining({ code: 'DENIED' }),
    ]);
  });

  it('gives a script its reply by a stream, from the post on', async () => {
    const stream = await openStream(port, {
      path: from('sse', 'replies'),
      headers: { authorization: tokens.dana },
    });
    const sent = command();
    await post(sent, 'dana');
    await post(command({ project: 'orders' }), 'dora');
    const [message] = await stream.waitFor(1);
    expect(JSON.parse(message?.data ?? '')).toMatchObject({ id: sent['id'], status: 'ok' });
    stream.close();
  });
});
