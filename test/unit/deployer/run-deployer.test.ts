import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../../src/adapters/sandbox/sandbox-functions.js';
import { hashOf } from '../../../src/core/canonical.js';
import { contentId, deploymentId, functionId } from '../../../src/core/ids.js';
import { pause } from '../../../src/core/pause.js';
import { createLimiter } from '../../../src/deployer/limiter.js';
import { createPackageSource } from '../../../src/deployer/package-source.js';
import { runDeployer } from '../../../src/deployer/run-deployer.js';
import { createSecrets } from '../../../src/deployer/secrets.js';
import { AppError } from '../../../src/errors.js';
import type { Bus, Consumer, Producer, ReceivedMessage } from '../../../src/ports/bus.js';
import type { Functions } from '../../../src/ports/functions.js';
import { createFakeLog } from '../../support/fake-log.js';
import { createFakeReads } from '../../support/fake-reads.js';
import { until } from '../../support/until.js';
import { scriptFunctions } from './scripted-functions.js';

const NAME = 'public/default/enrich';
const CONFIG = {
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name: 'enrich',
  artifactPathOrUrl: 'a.jar',
  className: 'a.B',
  runtime: 'JAVA',
  inputs: ['persistent://public/default/in'],
};
const contentHash = hashOf(CONFIG);
const IDS = { project: 'pricing', environment: 'test', release: 3 };
const BODY = { ...IDS, index: 0, of: 1, operation: 'apply', contentHash, configs: [CONFIG] };
const MESSAGE: ReceivedMessage = {
  id: '1',
  key: NAME,
  properties: { effect: '0/7/0' },
  publishTime: 0,
  payload: Buffer.from(JSON.stringify(BODY)),
};

describe('a deployer', () => {
  let dir = '';
  let sandbox: Functions;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-run-'));
    await writeFile(join(dir, 'a.jar'), 'package');
    sandbox = await createSandboxFunctions({ dir: join(dir, 'sandbox') });
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  const readsOfRelease = () => {
    const reads = createFakeReads();
    const state = { release: 3, operation: 'apply', contentHash, state: 'committed' } as const;
    reads.put(contentId(contentHash), { kind: 'content', hash: contentHash, config: CONFIG });
    reads.put(deploymentId(IDS, NAME), {
      ...IDS,
      ...state,
      kind: 'deployment',
      function: NAME,
      workload: 'function',
      index: 0,
      of: 1,
      target: 'sandbox',
    });
    reads.put(functionId(NAME), {
      kind: 'function',
      function: NAME,
      project: 'pricing',
      workload: 'function',
      since: 1,
      staged: {},
      held: {},
      environments: { test: { ...state, target: { kind: 'sandbox', fingerprint: 'sandbox-1' } } },
    });
    reads.reach(7);
    return reads;
  };

  /** Each session gets the one message until it is acknowledged; the first is lost when `lost` says so. */
  const busOf = (lost: Promise<void>) => {
    const seen = { sessions: 0, acknowledged: 0, results: 0 };
    const consumer = (session: number): Consumer => {
      let given = false;
      return {
        async receive({ waitMs }) {
          if (!given && seen.acknowledged === 0) {
            given = true;
            return [MESSAGE];
          }
          if (session > 1) return pause(Math.min(waitMs, 20)).then(() => []);
          await lost;
          throw new AppError('ENGINE_UNAVAILABLE', 'the bus is lost');
        },
        async acknowledge() {
          seen.acknowledged++;
        },
        negativeAcknowledge: async () => undefined,
        lost: new AbortController().signal,
        close: async () => undefined,
      };
    };
    const producer = {
      async send() {
        seen.results++;
      },
      close: async () => undefined,
    } as unknown as Producer;
    const bus = {
      openProducer: async () => producer,
      openConsumer: async () => consumer(++seen.sessions),
    } as unknown as Bus;
    return { bus, seen };
  };

  it('writes nothing for a session that is lost, and does it again in the next', async () => {
    let lose = (): void => undefined;
    const { bus, seen } = busOf(new Promise((resolve) => (lose = resolve)));
    const writesOf: number[] = [];
    const cluster = scriptFunctions(sandbox, async ({ what }, number) => {
      if (what === 'create') writesOf.push(seen.sessions);
      if (number === 1) {
        lose();
        await pause(50);
      }
      return undefined;
    });
    const stop = new AbortController();
    const running = runDeployer({
      bus,
      environment: 'test',
      topic: 'deployments',
      resultsTopic: 'results',
      functions: cluster.functions,
      fingerprint: 'sandbox-1',
      reads: readsOfRelease(),
      packages: createPackageSource({ roots: [dir], allow: [] }),
      secrets: createSecrets({ environment: 'test', dir }),
      deadLetter: async () => undefined,
      log: createFakeLog(),
      limiter: createLimiter({ max: 4 }),
      concurrency: 4,
      deadlineMs: 5000,
      signal: stop.signal,
    });
    await until(() => seen.acknowledged === 1);
    stop.abort();
    await running;
    expect(writesOf).toEqual([2]);
    expect(seen).toEqual({ sessions: 2, acknowledged: 1, results: 1 });
    expect(cluster.verbs()).toBe('get get create get');
  });
});
