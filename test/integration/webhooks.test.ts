import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import type { DeadLetter } from '../../src/core/types.js';
import { bearerAt, createProvider, type Bearer, type Person } from '../support/people.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { startWebhookReceiver, type Received, type WebhookReceiver } from '../support/webhook-receiver.js';

const OLGA: Person = { name: 'olga', roles: ['operator', 'developer'] };
const DANA: Person = { name: 'dana', roles: ['developer'], projects: ['pricing'] };
const REPLIES = 'persistent://ops/stageline/replies';
const ORDERS = 'persistent://acme/orders/new';
const ANSWERS = 'persistent://acme/orders/answers';

interface TopicConfig {
  readonly Key: string;
  readonly Webhooks: readonly { readonly signingSecret: string; readonly subscription: string }[];
}

describe('webhooks', () => {
  const provider = createProvider();
  const STAGELINE_DATA_DIR = dataDir();
  let service: TestService;
  let receiver: WebhookReceiver;
  let tokens: { readonly olga: string; readonly dana: string };
  let olga: Bearer;

  const start = async (): Promise<void> => {
    service = await startTestService({
      ...provider.env,
      STAGELINE_DATA_DIR,
      STAGELINE_ARTIFACT_ROOTS: join(__dirname, '..', '..', 'examples'),
      STAGELINE_WEBHOOK_URL_ALLOW: receiver.origin,
      STAGELINE_BEAM_TOPICS: JSON.stringify([
        { prefix: 'persistent://acme/', publish: 'operator', consume: 'operator' },
      ]),
    });
    olga = bearerAt(service.url, tokens.olga);
    await service.ready();
  };

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    tokens = { olga: await provider.token(OLGA), dana: await provider.token(DANA) };
    await start();
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await receiver.close();
  });

  const ask = async (
    path: string,
    {
      method = 'GET',
      body,
      token = tokens.olga,
    }: { method?: string; body?: unknown; token?: string | null } = {},
  ): Promise<{ status: number; json: unknown }> => {
    const response = await fetch(service.url + path, {
      method,
      // Pulsar Beam's clients send their tokens bare.
      headers: token === null ? {} : { authorization: token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    };
  };
  const set = async (TopicFullName: string, ...webhooks: object[]): Promise<TopicConfig> => {
    const { status, json } = await ask('/v2/topic', {
      method: 'POST',
      body: { TopicFullName, Webhooks: webhooks },
    });
    if (status !== 201) throw new Error(`${status}: ${JSON.stringify(json)}`);
    return json as TopicConfig;
  };
  const hook = (path: string, more: object = {}): object => ({
    URL: receiver.origin + path,
    subscription: `webhook-${path.slice(1)}`,
    webhookStatus: 1,
    initialPosition: 'earliest',
    ...more,
  });
  const publish = async (
    topic: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<void> => {
    const response = await fetch(`${service.url}/v1/firehose`, {
      method: 'POST',
      headers: { authorization: tokens.olga, TopicFn: topic, ...headers },
      body,
    });
    expect(response.status).toBe(200);
  };
  const at = (path: string): Received[] => receiver.received.filter(({ url }) => url === path);
  const until = async (holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> => {
    for (const end = Date.now() + withinMs; !(await holds());) {
      if (Date.now() > end) throw new Error('not in time');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const letters = async (): Promise<DeadLetter[]> => {
    const page = (await olga.read('/v1/dead-letters?code=WEBHOOK_UNDELIVERED')) as { letters: DeadLetter[] };
    return page.letters;
  };

  it('push the answers to one caller, signed', async () => {
    const config = await set(REPLIES, hook('/replies', { askedBy: 'dana' }));
    await olga.send('get-all-data', {}, { project: 'pricing' });
    const dana = bearerAt(service.url, tokens.dana);
    const reply = await dana.send('un-stage', { all: true }, { project: 'pricing' });
    await until(() => at('/replies').length > 0);
    const [received, ...more] = at('/replies');
    expect(more).toEqual([]);
    expect(JSON.parse(received?.body ?? '')).toMatchObject({ id: reply.id, command: 'un-stage' });
    const verifier = new Verifier(config.Webhooks[0]?.signingSecret ?? '');
    expect(verifier.verify(received?.body ?? '', received?.headers as Record<string, string>)).toBeTruthy();
    expect(received?.headers).toMatchObject({ pulsartopic: REPLIES, 'pulsarproperties-askedby': 'dana' });
  }, 60_000);

  it('are told, found and ended as Pulsar Beam has it', async () => {
    const config = await set(ORDERS, hook('/listed', { headers: ['X-Team: release'] }));
    expect(config).toMatchObject({
      TopicFullName: ORDERS,
      Token: '',
      Tenant: 'acme',
      Key: createHash('sha1').update(ORDERS).digest('hex'),
      Webhooks: [{ headers: ['X-Team: release'], subscriptionType: 'exclusive', webhookStatus: 1 }],
    });
    expect(await ask(`/v2/topic/${config.Key}`)).toEqual({ status: 200, json: config });
    const { json } = await ask('/v2/topic');
    expect(json).toContainEqual(config);
    expect(await ask(`/v2/topic/${config.Key}`, { method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(await ask(`/v2/topic/${config.Key}`)).toMatchObject({ status: 404 });
    expect(await ask(`/v2/topic/${config.Key}`, { method: 'DELETE' })).toMatchObject({ status: 404 });
    await set(ORDERS, hook('/listed'));
    const body = { topicfullname: ORDERS, PulsarURL: '' };
    expect(await ask('/v2/topic', { method: 'DELETE', body })).toMatchObject({ status: 200 });
    expect(await ask('/v2/topic', { method: 'DELETE', body })).toMatchObject({ status: 404 });
    expect(await ask('/v2/topic', { method: 'DELETE', body: [] })).toMatchObject({ status: 422 });
  }, 60_000);

  it.each([
    ['no JSON object', 7, 'the body must be a JSON object'],
    ['no topic', {}, 'missing PulsarURL or TopicFullName'],
    ['another cluster', { TopicFullName: ORDERS, PulsarURL: 'pulsar://evil:6650' }, 'is not allowed'],
    ['no webhooks', { TopicFullName: ORDERS }, 'missing Webhooks'],
    ['no URL', { TopicFullName: ORDERS, Webhooks: [{ subscription: 'board' }] }, 'not a URL'],
    [
      'no subscription',
      { TopicFullName: ORDERS, Webhooks: [{ url: 'https://a.example' }] },
      'subscription name',
    ],
    [
      'a private address',
      { TopicFullName: ORDERS, Webhooks: [{ url: 'https://169.254.169.254/', subscription: 'board' }] },
      'is not among the allowed',
    ],
    [
      'a header that is no text',
      {
        TopicFullName: ORDERS,
        Webhooks: [{ url: 'HERE', subscription: 'board', headers: [{ toString: 1 }] }],
      },
      'a header must be',
    ],
    [
      'a topic of the inside',
      {
        TopicFullName: 'persistent://ops/stageline/commands',
        Webhooks: [{ url: 'HERE', subscription: 'board' }],
      },
      'Nobody consumes from',
    ],
  ])('are refused with %s', async (_what, body, words) => {
    const { status, json } = await ask('/v2/topic', {
      method: 'POST',
      body: JSON.parse(JSON.stringify(body).replace('HERE', receiver.origin)) as unknown,
    });
    expect(status).toBe(words.startsWith('Nobody') ? 403 : 422);
    expect(JSON.stringify(json)).toContain(words);
  });

  it('are for operators of every project', async () => {
    const body = { TopicFullName: ORDERS, Webhooks: [hook('/never')] };
    expect(await ask('/v2/topic', { method: 'POST', body, token: null })).toMatchObject({ status: 401 });
    expect(await ask('/v2/topic', { method: 'POST', body, token: tokens.dana })).toMatchObject({
      status: 403,
    });
    expect(await ask('/v2/topic', { token: tokens.dana })).toMatchObject({ status: 403 });
    const dana = bearerAt(service.url, tokens.dana);
    const webhooks = [{ url: `${receiver.origin}/never`, subscription: 'board' }];
    const sent = await dana.send(
      'set-webhook-subscriptions',
      { topic: ORDERS, webhooks },
      { project: 'pricing' },
    );
    expect(sent).toMatchObject({ status: 'denied' });
  });

  it('hold up nobody else when one of them stands still, and publish what a receiver answers', async () => {
    receiver.answer(({ url }) => {
      if (url === '/slow') return undefined;
      return url === '/quick'
        ? { status: 200, headers: { TopicFn: ANSWERS }, body: 'thanks' }
        : { status: 204 };
    });
    await set(ORDERS, hook('/slow'), hook('/quick'));
    await set(ANSWERS, hook('/answers'));
    for (let number = 0; number < 5; number++) await publish(ORDERS, JSON.stringify({ number }));
    await until(() => at('/quick').length === 5 && at('/answers').length === 5);
    expect(at('/quick').map(({ body }) => JSON.parse(body) as unknown)).toEqual(
      [0, 1, 2, 3, 4].map((number) => ({ number })),
    );
    expect(at('/answers').map(({ body }) => body)).toEqual(Array(5).fill('thanks'));
    expect(at('/slow').length).toBeLessThanOrEqual(1);
  }, 60_000);

  it('survive answers that name no topic, or one that is not for them', async () => {
    const named = ['garbage://a/b', 'persistent://ops/stageline/commands', REPLIES];
    receiver.answer(({ url }) =>
      url === '/named'
        ? { status: 200, headers: { TopicFn: named[at('/named').length - 1] ?? ANSWERS }, body: '{}' }
        : { status: 204 },
    );
    const before = at('/answers').length;
    await set(ORDERS, hook('/named', { initialPosition: 'latest' }));
    await until(() => true);
    await publishUntilHeard('/named', 4);
    await until(() => at('/answers').length > before);
    expect(at('/answers').length).toBe(before + at('/named').length - 3);
  }, 60_000);

  it('try again, and then put it aside', async () => {
    let failures = 0;
    receiver.answer(({ url, body }) => {
      if (url !== '/failing') return { status: 204 };
      if (body === 'poison') return { status: 400 };
      failures += 1;
      return failures <= 1 ? { status: 503 } : { status: 204 };
    });
    const before = (await letters()).length;
    await set(ORDERS, hook('/failing', { initialPosition: 'latest' }));
    await publishUntilHeard('/failing', 1);
    await until(() => failures >= 2);
    await publish(ORDERS, 'poison');
    await publish(ORDERS, 'after');
    await until(() => at('/failing').some(({ body }) => body === 'after'));
    const [letter] = (await letters()).slice(before);
    expect(letter).toMatchObject({ code: 'WEBHOOK_UNDELIVERED', topic: ORDERS });
    expect(letter?.reason).toContain('answers 400');
    expect((await letters()).length).toBe(before + 1);
  }, 60_000);

  it('go on after a restart with what nobody had, by the same id and secret', async () => {
    receiver.answer(({ url }) => (url === '/restart' ? undefined : { status: 204 }));
    const { Webhooks } = await set(ORDERS, hook('/restart', { initialPosition: 'latest' }));
    await publishUntilHeard('/restart', 1);
    await service.stop();
    await start();
    receiver.answer(() => ({ status: 204 }));
    await until(() => at('/restart').length >= 2);
    const [first, second] = at('/restart');
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const [again] = ((await ask('/v2/topic')).json as TopicConfig[]).filter(
      ({ Webhooks: [one] }) => one?.subscription === 'webhook-restart',
    );
    expect(again?.Webhooks).toEqual(Webhooks);
  }, 60_000);

  it('keep no token of the bus', async () => {
    const Token = 'a-broker-token-of-somebody';
    const body = { TopicFullName: ORDERS, Token, Webhooks: [hook('/token', { webhookStatus: 0 })] };
    const { status, json } = await ask('/v2/topic', { method: 'POST', body });
    expect({ status, json }).toMatchObject({ status: 201, json: { Token: '' } });
    const journal = await (await olga.fetch('/v1/journal')).text();
    expect(journal).toContain('/token');
    expect(journal).not.toContain(Token);
  }, 60_000);

  it('run each by itself where two have one URL, and follow a change without a restart', async () => {
    receiver.answer(() => ({ status: 204 }));
    const twice = (team: string): object[] =>
      ['webhook-one', 'webhook-two'].map((subscription) =>
        hook('/twice', { subscription, initialPosition: 'latest', headers: [`X-Team: ${team}`] }),
      );
    const teams = (): unknown[] => at('/twice').map(({ headers }) => headers['x-team']);
    await set(ORDERS, ...twice('old'));
    await publishUntilHeard('/twice', 2);
    await until(() => at('/twice').length % 2 === 0);
    expect(new Set(teams())).toEqual(new Set(['old']));
    const count = new Map<unknown, number>();
    for (const { headers } of at('/twice'))
      count.set(headers['webhook-id'], (count.get(headers['webhook-id']) ?? 0) + 1);
    expect([...count.values()]).toContain(2);
    await set(ORDERS, ...twice('new'));
    await until(async () => {
      await publish(ORDERS, '{}');
      return teams().includes('new');
    });
  }, 60_000);

  it('are no more after they were switched off', async () => {
    await set(ORDERS, hook('/off', { webhookStatus: 0 }));
    const { json } = await ask('/v2/topic');
    expect(JSON.stringify(json)).toContain('"webhookStatus":0');
    const status = (await olga.read('/v1/status')) as { counters: Record<string, number> };
    expect(status.counters).toHaveProperty('webhooksRunning');
    expect(at('/off')).toEqual([]);
  }, 60_000);

  /** A webhook begins within seconds of its setting: what comes before that is not for it. */
  async function publishUntilHeard(path: string, times: number): Promise<void> {
    for (const end = Date.now() + 20_000; at(path).length < times;) {
      if (Date.now() > end) throw new Error(`${path} heard ${at(path).length} of ${times}`);
      await publish(ORDERS, '{"n":1}');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
});
