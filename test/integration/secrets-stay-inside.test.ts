import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { loadConfig } from '../../src/config.js';
import type { Reply } from '../../src/core/types.js';
import { pause } from '../../src/core/pause.js';
import { generateKey, publicPart } from '../../src/sealing/keys.js';
import { seal } from '../../src/sealing/seal.js';
import { startService } from '../../src/service/service.js';
import { createFakeLog } from '../support/fake-log.js';

const SECRETS: Readonly<Record<string, string>> = {
  plain: 'correct-horse-battery',
  quoted: 'p"a\\ss\'w<o>r&d=/+ %',
  number: '90071992547409',
  short: 'zq7',
  url: 'https://admin:pa55-w0rd-x@db.example.com/orders?k=v',
  key: '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhk\nG9w0BAQEFAASCBKcw\n-----END KEY-----',
};
/** It comes sealed. */
const SEALED = 'sealed "horse" & /battery';
/** Everything that must not be found, in every spelling that a log or a document could hold. */
const FORBIDDEN = [...Object.values(SECRETS), SEALED].flatMap((secret) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
  encodeURIComponent(secret),
  new URLSearchParams({ s: secret }).toString().slice(2),
  ...(secret.length > 6 ? [Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1)] : []),
]);
const PARTS = ['pa55-w0rd-x', 'MIIEvQIBADANBgkqhk', 'correct-horse', 'BADANBgkqhk'];

/** How this cluster quotes what it was sent; each function by another one. */
const ECHOES: readonly ((body: string, values: readonly string[]) => string)[] = [
  (body) => body,
  (_body, values) => values.join(' and '),
  (_body, values) => values.map(encodeURIComponent).join('&'),
  (_body, values) => new URLSearchParams(values.map((value): [string, string] => ['v', value])).toString(),
  (_body, values) => values.map((value) => Buffer.from(value).toString('base64')).join(' '),
  (_body, values) => JSON.stringify(JSON.stringify(values)),
  (_body, values) => `${'x'.repeat(1_985)} ${values.join(' ')}`,
];

/** A cluster that refuses every write and says with what, or takes it and has an exception that quotes it. */
async function serveEchoes(): Promise<{ server: Server; adminUrl: string; received: Set<string> }> {
  const received = new Set<string>();
  const there = new Map<string, { config: Record<string, unknown>; values: string[] }>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const [, name = '', status] =
        /^\/admin\/v3\/functions\/public\/default\/([^/]+)(\/status)?$/.exec(request.url ?? '') ?? [];
      const known = there.get(name);
      const answer = (code: number, value: unknown): void => {
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      };
      if (request.method === 'GET' && known !== undefined && status !== undefined) {
        const exceptionString = `boom: ${known.values.join(', ')} ${known.values.map(encodeURIComponent).join()}`;
        answer(200, {
          numInstances: 1,
          numRunning: 0,
          instances: [
            {
              instanceId: 0,
              status: {
                running: false,
                error: exceptionString,
                numRestarts: 9,
                latestUserExceptions: [{ exceptionString, timestampMs: Date.now() }],
                latestSystemExceptions: [{ exceptionString, timestampMs: Date.now() }],
              },
            },
          ],
        });
      } else if (request.method === 'GET') {
        if (known === undefined) answer(404, { reason: `Function ${name} doesn't exist` });
        else
          answer(200, {
            ...known.config,
            userConfig: { ...(known.config['userConfig'] as object), extra: 'kept' },
          });
      } else {
        const json = /application\/json\r\n\r\n(.*)\r\n/.exec(body)?.[1] ?? '{}';
        const config = JSON.parse(json) as Record<string, unknown>;
        const values = Object.values(config['userConfig'] as Record<string, string>);
        for (const value of values) received.add(value);
        if (name.startsWith('taken')) {
          there.set(name, { config, values });
          answer(200, {});
        } else {
          const echo = ECHOES[Number(name.replace(/\D/g, ''))] ?? ((text: string) => text);
          answer(400, { reason: `cannot take ${echo(json, values)}` });
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { received, server, adminUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('secrets that a deployment resolves', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-leak-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('are in no topic, document, log line, status or answer, whatever the cluster quotes', async () => {
    const { server, adminUrl, received } = await serveEchoes();
    await writeFile(join(dir, 'a.jar'), 'package');
    for (const [name, secret] of Object.entries(SECRETS)) await writeFile(join(dir, name), secret);
    const config = loadConfig({
      env: {
        STAGELINE_DATA_DIR: join(dir, 'data'),
        STAGELINE_HTTP_PORT: '0',
        STAGELINE_ARTIFACT_ROOTS: dir,
        STAGELINE_SECRETS_DIR: dir,
        STAGELINE_SEALING_KEYS_FILE: join(dir, 'keys.json'),
        STAGELINE_DEPLOYER_HEALTH_SETTLE_MS: '0',
        STAGELINE_DEPLOYER_HEALTH_BAKE_MS: '1',
        STAGELINE_DEPLOYER_HEALTH_LIMIT_MS: '1000',
        STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test', adminUrl }]),
      },
      cwd: dir,
    });
    const log = createFakeLog();
    const service = await startService(config, log);
    const told: string[] = [];
    const ask = async (path: string, init?: RequestInit): Promise<string> => {
      const text = await (await fetch(service.url + path, init)).text();
      told.push(text);
      return text;
    };
    const send = async (command: string, params: object): Promise<Reply> =>
      JSON.parse(
        await ask('/v1/commands?waitMs=20000', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id: randomUUID(), command, project: 'pricing', params }),
        }),
      ) as Reply;
    const key = await generateKey();
    await writeFile(join(dir, 'keys.json'), JSON.stringify({ keys: [key] }), { mode: 0o600 });
    const userConfig = {
      ...Object.fromEntries(Object.keys(SECRETS).map((name) => [name, { $secret: name }])),
      sealed: { $sealed: await seal(SEALED, { scope: 'public/default', environment: 'test' }, key) },
    };
    const configs = [...ECHOES.map((_echo, index) => `refused${index}`), 'taken0'].map((name) => ({
      type: 'function',
      tenant: 'public',
      namespace: 'default',
      name,
      className: 'a.B',
      artifactPathOrUrl: 'a.jar',
      inputs: ['persistent://public/default/in'],
      userConfig,
    }));
    try {
      expect(await service.ready(20_000)).toEqual([]);
      expect((await send('stage-configs', { stageSet: 'main', configs })).status).toBe('ok');
      expect((await send('commit-staged-to-test', { stageSet: 'main' })).status).toBe('ok');
      for (let state = 'committed'; ['committed', 'deploying'].includes(state);) {
        const { document } = JSON.parse(await ask('/v1/documents/release:pricing:test:00000001')) as {
          document: { state: string };
        };
        state = document.state;
        await pause(50);
      }
      expect((await send('plan', { environment: 'test', stageSet: 'main' })).status).toMatch(/ok|rejected/);
      for (const { name } of configs)
        await ask(`/v1/documents/deployment:pricing:test:00000001:public/default/${name}`);
      await ask('/v1/status');
      expect(JSON.parse(await ask('/v1/sealing-keys'))).toEqual({ keys: [publicPart(key)] });
    } finally {
      await service.stop();
      server.closeAllConnections();
      server.close();
    }
    const everything = [
      ...told,
      ...log.lines.map((line) => JSON.stringify(line)),
      ...(await topicsOf(config)),
      ...(await documentsOf(config)),
    ];
    if (everything.some((text) => text.includes(key.d))) throw new Error('a private key is told');
    expect(received).toContain(SEALED);
    const failures = everything.filter((text) => text.includes('cannot take'));
    expect(failures.length).toBeGreaterThan(ECHOES.length * 3);
    expect(everything.some((text) => text.includes('boom'))).toBe(true);
    for (const text of everything)
      for (const forbidden of [...FORBIDDEN, ...PARTS])
        if (text.includes(forbidden)) throw new Error(`${forbidden} is in ${text.slice(0, 3_000)}`);
  });
});

type Loaded = ReturnType<typeof loadConfig>;

async function topicsOf({ dataDir, topics }: Loaded): Promise<string[]> {
  const bus = await createLevelBus({ dir: dataDir });
  const found: string[] = [];
  const { commands, journal, replies, deadLetters, deployments, environmentPrefix, results } = topics;
  for (const topic of [
    commands,
    journal,
    replies,
    deadLetters,
    deployments,
    `${environmentPrefix}test`,
    results,
  ]) {
    const reader = await bus.openReader(topic, { start: 'earliest' });
    for (const { payload } of await reader.receive({ max: 1_000, waitMs: 200 }))
      found.push(payload.toString());
    await reader.close();
  }
  await bus.close();
  return found;
}

async function documentsOf({ dataDir }: Loaded): Promise<string[]> {
  const store = await createLevelDocumentStore({ dir: dataDir });
  const name = await store.current();
  const documents = name === undefined ? undefined : await store.open(name);
  const all = (await documents?.range({ start: '', end: '\uffff', limit: 10_000 })) ?? [];
  await store.close();
  return all.map((document) => JSON.stringify(document));
}
