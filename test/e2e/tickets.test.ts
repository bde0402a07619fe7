import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import { commandHash } from '../../src/core/canonical.js';
import type { Actor, Reply } from '../../src/core/types.js';
import { createTicketSigner } from '../../src/identity/tickets.js';
import type { Producer, Reader } from '../../src/ports/bus.js';
import { backend } from '../support/backends.js';
import { bearerAt, createProvider } from '../support/people.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { until } from '../support/until.js';
import { MAY, PLACES, walk } from '../support/who-may.js';
import { run } from '../unit/cli/run-cli.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');

backend('commands on a Pulsar topic', missing.length === 0, `${missing.join(', ')} not set`, () => {
  jest.setTimeout(180_000);
  const provider = createProvider();
  const dir = dataDir();
  const keyFile = join(dir, 'ticket.key');
  const key = randomBytes(48);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const { STAGELINE_ALLOW_UNAUTHENTICATED: _open, ...settings } = pulsarSettings();
  const env: Record<string, string> = { ...settings, ...provider.env, STAGELINE_TICKET_KEY_FILE: keyFile };
  const topics = {
    commands: env['STAGELINE_TOPIC_COMMANDS'] ?? '',
    replies: env['STAGELINE_TOPIC_REPLIES'] ?? '',
  };
  const bus = createPulsarWsBus({ url: env['STAGELINE_PULSAR_WS_URL'] ?? '' });
  let service: TestService;
  let producer: Producer;
  let reader: Reader;
  const replies = new Map<string, Reply>();
  let listening = true;

  const DANA: Actor = { name: 'dana', roles: ['developer'], projects: ['pricing'] };
  const sign = (
    actor: Actor,
    command: { readonly id: string },
    { issuedAgoMs = 0, lifeSeconds = 300 } = {},
  ): Promise<string> =>
    createTicketSigner({
      key,
      keyName: 'ticket',
      audience: topics.commands,
      lifeSeconds,
      now: () => Date.now() - issuedAgoMs,
    }).sign(actor, { id: command.id, hash: commandHash(command) });
  const command = (more: object = {}) => ({
    id: randomUUID(),
    command: 'un-stage',
    project: 'pricing',
    params: { all: true },
    ...more,
  });
  const post = (body: object, ticket?: string): Promise<unknown> =>
    producer.send({
      key: 'pricing',
      payload: Buffer.from(JSON.stringify(body)),
      ...(ticket === undefined ? {} : { properties: { ticket } }),
    });
  const answer = async ({ id }: { readonly id: string }): Promise<Reply> => {
    await until(async () => replies.has(id), 60_000);
    return replies.get(id) as Reply;
  };
  const root = async () => bearerAt(service.url, await provider.token({ name: 'root', roles: ['admin'] }));
  const records = async (): Promise<number> => {
    const { position } = (await (await root()).read('/v1/documents?limit=1')) as { position: number };
    return position;
  };

  beforeAll(async () => {
    await initTopics(loadConfig({ env, cwd: process.cwd() }));
    service = await startTestService(env);
    await service.ready();
    producer = await bus.openProducer(topics.commands);
    reader = await bus.openReader(topics.replies, { start: 'latest' });
    void (async () => {
      while (listening) {
        for (const message of await reader.receive({ max: 500, waitMs: 500 }).catch(() => [])) {
          const reply = JSON.parse(message.payload.toString()) as Reply;
          replies.set(reply.id, reply);
        }
      }
    })();
  }, 120_000);

  afterAll(async () => {
    listening = false;
    await Promise.allSettled([producer.close(), reader.close()]);
    await service.stop();
    await bus.close();
  });

  it.each([
    ['no ticket', async () => undefined, 'TICKET_MISSING'],
    ['a ticket of another id', (body) => sign(DANA, { ...body, id: randomUUID() }), 'TICKET_REFUSED'],
    [
      'a ticket of another text',
      (body) => sign(DANA, { ...body, params: { names: [] } } as typeof body),
      'TICKET_REFUSED',
    ],
    ['a ticket that has expired', (body) => sign(DANA, body, { issuedAgoMs: 400_000 }), 'TICKET_EXPIRED'],
    ['what is no ticket', async () => 'abc', 'TICKET_REFUSED'],
  ] as const satisfies readonly (readonly [
    string,
    (body: { id: string }) => Promise<string | undefined>,
    string,
  ])[])('with %s is denied, becomes a dead letter, and leaves no record', async (_what, ticketFor, code) => {
    const before = await records();
    const body = command();
    await post(body, await ticketFor(body));
    expect(await answer(body)).toMatchObject({ status: 'denied', error: { code } });
    const { letters } = (await (await root()).read(`/v1/dead-letters?code=${code}`)) as {
      letters: { code: string; topic: string }[];
    };
    expect(letters.at(-1)).toMatchObject({ code, topic: topics.commands });
    expect(JSON.stringify(letters)).not.toContain('eyJ');
    expect(await records()).toBe(before);
  });

  it('with a ticket is decided for whoever it names, in the property or in the envelope', async () => {
    for (const inEnvelope of [false, true]) {
      const body = command();
      const ticket = await sign(DANA, body);
      await (inEnvelope ? post({ ...body, ticket }) : post(body, ticket));
      expect(await answer(body)).toMatchObject({ status: 'rejected' });
      const page = await (await root()).read('/v1/audit?project=pricing&limit=1');
      expect(page).toMatchObject({ entries: [{ id: body.id, actor: 'dana', via: 'commands' }] });
      expect(JSON.stringify(page)).not.toContain(ticket);
    }
  });

  it('is signed for scripts by the command line: through the service, and where the key is', async () => {
    const token = await provider.token({ name: 'dana', roles: ['developer'], projects: ['pricing'] });
    const stdin = JSON.stringify({ command: 'un-stage', project: 'pricing', params: { all: true } });
    const asked = await run(['sign'], {
      stdin,
      env: { ...env, STAGELINE_URL: service.url, STAGELINE_TOKEN: token },
    });
    const here = await run(
      [
        'sign',
        '--key-file',
        keyFile,
        '--as',
        'dana',
        '--roles',
        'developer',
        '--projects',
        'pricing',
        '--project',
        'pricing',
      ],
      { stdin, env },
    );
    for (const { code, out, err } of [asked, here]) {
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const body = JSON.parse(out) as { id: string };
      await post(body);
      expect(await answer(body)).toMatchObject({ status: 'rejected' });
    }
  });

  it('that waits through an outage is not denied: its ticket is judged by when it was published', async () => {
    await service.stop();
    const body = command();
    // Good for five seconds more, the bound on how far clocks may differ included.
    await post(body, await sign(DANA, body, { issuedAgoMs: 60_000, lifeSeconds: 5 }));
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    service = await startTestService({ ...env, STAGELINE_DATA_DIR: dataDir() });
    await service.ready();
    expect(await answer(body)).toMatchObject({ status: 'rejected', command: 'un-stage' });
  });

  it('sent again by somebody else, with its id, tells nothing of its reply', async () => {
    const body = command({ command: 'stage-configs', params: { remove: ['public/default/none'] } });
    await post(body, await sign(DANA, body));
    const first = await answer(body);
    expect(first.status).toBe('rejected');
    replies.delete(body.id);
    const mallory: Actor = { name: 'mallory', roles: ['developer'], projects: ['pricing'] };
    await post(body, await sign(mallory, body));
    expect(await answer(body)).toMatchObject({ status: 'rejected', error: { code: 'ID_REUSED' } });
    replies.delete(body.id);
    await post(body, await sign(DANA, body));
    expect(await answer(body)).toEqual(first);
  });

  it('that was dead-lettered is asked for anew by whoever sends it again', async () => {
    const body = command();
    await post(body, await sign(DANA, body, { issuedAgoMs: 400_000 }));
    expect(await answer(body)).toMatchObject({ error: { code: 'TICKET_EXPIRED' } });
    replies.delete(body.id);
    const olga = bearerAt(
      service.url,
      await provider.token({ name: 'olga', roles: ['operator', 'developer'] }),
    );
    const { letters } = (await olga.read('/v1/dead-letters?code=TICKET_EXPIRED')) as {
      letters: { id: string }[];
    };
    const sent = await olga.fetch(`/v1/dead-letters/${letters.at(-1)?.id ?? ''}/resend`, { method: 'POST' });
    expect(sent.status).toBe(200);
    expect(await answer(body)).toMatchObject({ status: 'rejected' });
    expect(await olga.read('/v1/audit?project=pricing&limit=1')).toMatchObject({
      entries: [{ id: body.id, actor: 'olga' }],
    });
  });

  it('may be asked for by exactly those who may over HTTP', async () => {
    const sent: Promise<unknown>[] = [];
    const all: { readonly id: string; readonly attempt: string }[] = [];
    // Everything is sent first, since each reply waits for a batch; then the walk reads what came back.
    const statuses = new Map<string, string>();
    await walk(async ({ command: name, role, place }, body) => {
      const attempt = `${name} ${role} ${place}`;
      const full = { id: randomUUID(), ...body };
      const projects = PLACES[place];
      const actor = {
        name: `${role}-there`,
        roles: [role],
        ...(projects === undefined ? {} : { projects: [...projects] }),
      };
      sent.push(post(full, await sign(actor, full)));
      all.push({ id: full.id, attempt });
      return 'ok';
    });
    await Promise.all(sent);
    await until(async () => all.every(({ id }) => replies.has(id)), 120_000);
    for (const { id, attempt } of all) statuses.set(attempt, replies.get(id)?.status ?? 'none');
    const { tried, wrong } = await walk(
      async ({ command: name, role, place }) => statuses.get(`${name} ${role} ${place}`) ?? 'none',
    );
    expect({ tried, wrong }).toEqual({ tried: Object.keys(MAY).length * 21, wrong: [] });
  });
});
