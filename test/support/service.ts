import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { loadConfig, type Config } from '../../src/config.js';
import type { Reply } from '../../src/core/types.js';
import { startService, type RunningService, type ServiceHooks } from '../../src/service/service.js';
import { dataDir } from './stageline-process.js';

/** A service in this process, on embedded engines unless `env` says otherwise. */
export interface TestService {
  readonly config: Config;
  readonly url: string;
  readonly metricsUrl: string;
  /** Sends a command over HTTP and waits for its reply. */
  send(command: string, params: object, more?: object): Promise<Reply>;
  /** Reads a document; undefined if there is none. */
  read(id: string, after?: number): Promise<Record<string, unknown> | undefined>;
  /** Waits until a release is finished; returns its document. */
  finished(id: string, withinMs?: number): Promise<Record<string, unknown>>;
  /** Waits until the writer works. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestService(
  env: Readonly<Record<string, string>> = {},
  hooks: ServiceHooks = {},
): Promise<TestService> {
  const config = loadConfig({
    env: {
      STAGELINE_DATA_DIR: env['STAGELINE_DATA_DIR'] ?? dataDir(),
      STAGELINE_HTTP_PORT: '0',
      STAGELINE_LOG_LEVEL: 'silent',
      ...env,
    },
    cwd: process.cwd(),
  });
  const service: RunningService = await startService(config, pino({ level: config.logLevel }), hooks);
  const read: TestService['read'] = async (id, after = 0) => {
    const response = await fetch(`${service.url}/v1/documents/${id}?after=${after}`);
    if (response.status === 404) return undefined;
    return ((await response.json()) as { document: Record<string, unknown> }).document;
  };
  return {
    config,
    url: service.url,
    metricsUrl: service.metricsUrl,
    read,
    async send(command, params, more = {}) {
      const response = await fetch(`${service.url}/v1/commands?waitMs=20000`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: randomUUID(), command, params, ...more }),
      });
      return (await response.json()) as Reply;
    },
    async finished(id, withinMs = 20_000) {
      for (const end = Date.now() + withinMs; Date.now() < end;) {
        const document = await read(id);
        if (document !== undefined && !['committed', 'deploying'].includes(String(document['state'])))
          return document;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`${id} is not finished: ${JSON.stringify(await read(id))}`);
    },
    async ready() {
      for (const end = Date.now() + 20_000; Date.now() < end;) {
        const response = await fetch(`${service.url}/readyz`);
        if (response.ok) return;
        await response.arrayBuffer();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('not ready in time');
    },
    stop: () => service.stop(),
  };
}
