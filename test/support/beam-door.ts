import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import type { OpenedTopics } from '../../src/core/topic-access.js';
import type { BeamDeps } from '../../src/http/deps.js';
import type { Bus, OutgoingMessage, ReceivedMessage } from '../../src/ports/bus.js';
import { beamOver, createTestApp, type TestApp, type TestAppOptions } from './http-app.js';
import { openStream, type SseClient } from './sse-client.js';

/** Topics that the tests may use. */
export const OPENED: readonly OpenedTopics[] = [
  { prefix: 'persistent://acme/', publish: 'developer', consume: 'viewer' },
  { prefix: 'non-persistent://acme/', publish: 'developer', consume: 'viewer' },
];

/** An answer as a script sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** The door over a bus, listening. */
export interface BeamDoor {
  readonly bus: Bus;
  readonly test: TestApp;
  ask(path: string, options?: AskOptions): Promise<Answer>;
  stream(path: string, headers?: Readonly<Record<string, string>>): Promise<SseClient>;
  /** Everything that is on a topic. */
  on(topic: string): Promise<ReceivedMessage[]>;
  put(topic: string, ...messages: readonly (string | OutgoingMessage)[]): Promise<string[]>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** One request, with exactly these headers. */
export function askAt(port: number, url: string, options: AskOptions = {}): Promise<Answer> {
  const { body, method = body === undefined ? 'GET' : 'POST', headers = {} } = options;
  return new Promise((resolve, reject) => {
    const request = http.request({ port, path: url, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function startBeamDoor(
  options: Omit<TestAppOptions, 'beam'> = {},
  { bus: given, ...beam }: Partial<BeamDeps> = {},
): Promise<BeamDoor> {
  const dir = await mkdtemp(path.join(tmpdir(), 'stageline-beam-'));
  const bus = given ?? (await createLevelBus({ dir }));
  const limits = { settleMs: 50, busyMs: 100, ...beam.limits };
  const test = createTestApp({
    ...options,
    settings: { port: 0, ...options.settings },
    beam: beamOver(bus, { opened: OPENED, ...beam, limits }),
  });
  await test.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = test.app.server.address() as AddressInfo;
  const clients: SseClient[] = [];
  return {
    bus,
    test,
    ask: (url, more) => askAt(port, url, more),
    async stream(url, headers = {}) {
      const client = await openStream(port, { path: url, headers });
      clients.push(client);
      return client;
    },
    async on(topic) {
      const reader = await bus.openReader(topic, { start: 'earliest' });
      const messages: ReceivedMessage[] = [];
      for (;;) {
        const more = await reader.receive({ max: 1_000, waitMs: 0 });
        if (more.length === 0) break;
        messages.push(...more);
      }
      await reader.close();
      return messages;
    },
    async put(topic, ...messages) {
      const producer = await bus.openProducer(topic);
      const stored = await Promise.all(
        messages.map((each) =>
          producer.send(typeof each === 'string' ? { payload: Buffer.from(each) } : each),
        ),
      );
      await producer.close();
      return stored.map(({ id }) => id);
    },
    async close() {
      for (const client of clients) client.close();
      await test.app.close();
      await bus.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
