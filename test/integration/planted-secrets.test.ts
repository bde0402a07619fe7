import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { loadConfig, type Config } from '../../src/config.js';
import { pause } from '../../src/core/pause.js';
import type { DeadLetter } from '../../src/core/types.js';
import { startService } from '../../src/service/service.js';
import { createLog } from '../../src/service/system.js';
import { config, PAYLOADS, REQUESTS } from '../support/planted-inputs.js';
import { plantedSecret, type Planted } from '../support/planted-secrets.js';
import { run } from '../unit/cli/run-cli.js';

/** A cluster that refuses everything, and tells a secret of its own each time. */
async function serveLeaks(secretOf: () => string): Promise<{ server: Server; adminUrl: string }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const missing = request.method === 'GET' && request.url?.includes('/functions/') === true;
      const reason = missing ? `Function doesn't exist, ${secretOf()}` : `not with ${secretOf()}`;
      response.writeHead(missing ? 404 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ reason }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, adminUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('secrets that are planted', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-planted-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('in whatever comes in, are found in nothing that goes out', async () => {
    const planted: (Planted & { readonly length: 2 })[] = [];
    const places = new Map<string, string>();
    const next = (place: string): string => {
      const [secret, core] = plantedSecret(planted.length);
      planted.push([secret, core]);
      places.set(core, place);
      return secret;
    };
    const { server, adminUrl } = await serveLeaks(() => next('the cluster'));
    const settings = loadConfig({
      env: {
        STAGELINE_DATA_DIR: join(dir, 'data'),
        STAGELINE_HTTP_PORT: '0',
        STAGELINE_METRICS_PORT: '0',
        STAGELINE_LOG_LEVEL: 'debug',
        STAGELINE_DEPLOYER_DEADLINE_MS: '1000',
        STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test', adminUrl }, { name: 'prod' }]),
      },
      cwd: process.cwd(),
    });
    const told = new Map<string, string[]>();
    const keep = (output: string, ...texts: string[]): void => {
      told.set(output, [...(told.get(output) ?? []), ...texts]);
    };
    const log = createLog({ logLevel: 'debug' }, { write: (line) => keep('log', line) });

    await putOn(settings, next);
    const service = await startService(settings, log);
    const ask = async (path: string, init?: RequestInit): Promise<string> => {
      const answer = await fetch(service.url + path, { ...init, signal: AbortSignal.timeout(20_000) });
      const text = await answer.text();
      keep('http', text, JSON.stringify([...answer.headers]));
      return text;
    };
    const send = async (command: string, params: object): Promise<void> => {
      const body = JSON.stringify({ id: randomUUID(), command, params });
      const headers = { 'content-type': 'application/json' };
      expect(await ask('/v1/commands?waitMs=20000', { method: 'POST', headers, body })).toContain('"ok"');
    };
    try {
      expect(await service.ready(20_000)).toEqual([]);
      await send('stage-configs', { configs: [config()] });
      await send('commit-staged-to-test', {});
      await until(ask, '/v1/documents/release:default:test:00000001', '"failed"');
      for (const [index, make] of REQUESTS.entries()) {
        const { path, init } = make(next(`request ${index}`));
        // What no client can send is no input.
        await ask(path, init).catch((error: unknown) => {
          if (!(error instanceof TypeError)) throw error;
        });
      }
      await send('stage-configs', { configs: [config()] });
      await send('plan', { environment: 'test' });
      await send('check-drift', { environment: 'test' });
      await send('import-deployed', { environment: 'test', tenant: 'public' });
      await pause(3_000);
      for (const text of await commandLine(service.url, dir, next)) keep('command line', text);
      while (planted.length < 200) {
        const make = REQUESTS[planted.length % REQUESTS.length];
        if (make === undefined) break;
        const { path, init } = make(next(`request ${planted.length % REQUESTS.length}`));
        await ask(path, init).catch(() => undefined);
      }
      await everythingShown(ask, keep, service);
    } finally {
      await service.stop();
      server.closeAllConnections();
      server.close();
    }
    for (const [topic, texts] of await topicsOf(settings)) keep(topic, ...texts);
    keep('documents', ...(await documentsOf(settings)));

    expect(planted.length).toBeGreaterThanOrEqual(200);
    expect((told.get('http') ?? []).filter((text) => text.includes('SECRET_LITERAL')).length).toBeGreaterThan(
      20,
    );
    for (const output of [
      'log',
      'http',
      'command line',
      'events',
      'metrics',
      'journal',
      'replies',
      'dead letters',
      'documents',
    ])
      expect([output, (told.get(output) ?? []).join('').length > 500]).toEqual([output, true]);
    const found = [...told].flatMap(([output, texts]) =>
      planted.flatMap(([, core]) =>
        texts
          .filter((text) => text.includes(core) || text.includes(encodeURIComponent(core)))
          .slice(0, 1)
          .map((text) => {
            const at = Math.max(0, text.indexOf(core) - 200);
            return `${places.get(core) ?? ''} in ${output}: ${text.slice(at, at + 400)}`;
          }),
      ),
    );
    expect(found).toEqual([]);
  }, 60_000);
});

/** Messages that others put on the topics before the service reads them. */
async function putOn({ dataDir, topics }: Config, next: (place: string) => string): Promise<void> {
  const bus = await createLevelBus({ dir: dataDir });
  for (const topic of [
    topics.commands,
    topics.results,
    topics.deployments,
    `${topics.environmentPrefix}test`,
  ]) {
    const producer = await bus.openProducer(topic);
    for (const [index, make] of PAYLOADS.entries()) {
      if (topic !== topics.commands && index % 4 !== 0) continue;
      const place = `message ${index} on ${topic}`;
      await producer.send({
        payload: make(next(place)),
        key: index % 5 === 0 ? next(`key, ${place}`) : 'default',
        properties:
          index % 7 === 0 ? { note: next(`property, ${place}`), ticket: next(`ticket, ${place}`) } : {},
      });
    }
    await producer.close();
  }
  await bus.close();
}

async function commandLine(url: string, dir: string, next: (place: string) => string): Promise<string[]> {
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(dir, name), text);
    return join(dir, name);
  };
  const secret = (): string => next('the command line');
  const runs: (readonly string[])[] = [
    ['stage', await file('a.json', JSON.stringify(config({ userConfig: { x: secret() } })))],
    ['stage', await file('b.json', `{"type":"function" ${secret()}`)],
    ['stage', await file('c.yaml', `type: function\nname: [${JSON.stringify(secret())}\n`)],
    ['stage', await file('d.yaml', `type: function\n${JSON.stringify(secret())}: &x *y\n`)],
    ['stage', await file('e.json', JSON.stringify(config())), '--note', secret()],
    ['stage', await file('f.json', JSON.stringify(config())), '--allow-literals', await file('g', secret())],
    ['stage', '--remove', secret()],
    ['send', 'get-all-data', '--params', `{"x" ${secret()}`],
    ['send', 'get-all-data', '--params', JSON.stringify({ cursor: secret() })],
    ['send', secret(), '--params', '{}'],
    ['seal', secret()],
    ['seal', '--scope', secret()],
    ['get', secret()],
    ['rollback', '--to', secret()],
    [secret()],
    [`--${secret()}`],
    ['--url', secret(), 'status'],
    ['log', '--output', 'csv'],
    ['log', '--output', 'ndjson'],
    ['dead-letters', 'list'],
    ['status'],
  ];
  const told: string[] = [];
  for (const args of runs) {
    const { out, err } = await run(args, { cwd: dir, env: { STAGELINE_URL: url } });
    told.push(`${out}\n${err}`);
  }
  return told;
}

async function everythingShown(
  ask: (path: string, init?: RequestInit) => Promise<string>,
  keep: (output: string, text: string) => void,
  { url, metricsUrl }: { readonly url: string; readonly metricsUrl: string },
): Promise<void> {
  for (const path of [
    '/v1/documents?limit=1000',
    '/v1/documents?prefix=audit:&limit=1000',
    '/v1/documents?prefix=answered:&limit=1000',
  ])
    await ask(path);
  for (const format of ['json', 'ndjson', 'csv']) await ask(`/v1/audit?allProjects=true&format=${format}`);
  const { letters } = JSON.parse(await ask('/v1/dead-letters?limit=1000')) as { letters: { id: string }[] };
  expect(letters.length).toBeGreaterThan(30);
  for (const { id } of letters)
    for (const raw of [false, true]) {
      const shown = JSON.parse(await ask(`/v1/dead-letters/${encodeURIComponent(id)}?raw=${raw}`)) as {
        payload?: string;
      };
      keep('dead letters', Buffer.from(shown.payload ?? '', 'base64').toString());
    }
  for (const path of ['/v1/journal', '/v1/status', '/readyz', '/v1/openapi.json', '/']) await ask(path);
  keep('metrics', await (await fetch(`${metricsUrl}/metrics`)).text());
  keep('events', await eventsOf(url));
}

async function eventsOf(url: string): Promise<string> {
  const stream = await fetch(`${url}/v1/events?from=0`, { signal: AbortSignal.timeout(1_500) });
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch {
    // It never ends by itself.
  }
  return Buffer.concat(chunks).toString();
}

async function until(ask: (path: string) => Promise<string>, path: string, what: string): Promise<void> {
  for (let tries = 0; !(await ask(path)).includes(what); tries += 1) {
    if (tries > 200) throw new Error(`${path} never says ${what}`);
    await pause(50);
  }
}

/** What the service has written; commands and what others put there lie as they were sent. */
async function topicsOf({ dataDir, topics }: Config): Promise<Map<string, string[]>> {
  const bus = await createLevelBus({ dir: dataDir });
  const found = new Map<string, string[]>();
  const { journal, replies, deadLetters } = topics;
  for (const [name, topic] of Object.entries({ journal, replies, 'dead letters': deadLetters })) {
    const reader = await bus.openReader(topic, { start: 'earliest' });
    const messages = await reader.receive({ max: 10_000, waitMs: 500 });
    found.set(
      name,
      messages.flatMap(({ payload, key = '', properties }) => {
        const text = payload.toString();
        const kept = name === 'dead letters' ? (JSON.parse(text) as DeadLetter).payload : '';
        return [text, key, JSON.stringify(properties), Buffer.from(kept, 'base64').toString()];
      }),
    );
    await reader.close();
  }
  await bus.close();
  return found;
}

async function documentsOf({ dataDir }: Config): Promise<string[]> {
  const store = await createLevelDocumentStore({ dir: dataDir });
  const name = await store.current();
  const documents = name === undefined ? undefined : await store.open(name);
  const all = (await documents?.range({ start: '', end: '\uffff', limit: 10_000 })) ?? [];
  await store.close();
  return all.map((document) => JSON.stringify(document));
}
