import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createPulsarFunctions } from '../../src/adapters/pulsar-admin/functions.js';
import { createSandboxFunctions } from '../../src/adapters/sandbox/sandbox-functions.js';
import { hashOf } from '../../src/core/canonical.js';
import { contentId, deploymentId, functionId } from '../../src/core/ids.js';
import { pause } from '../../src/core/pause.js';
import type { DeploymentDocument, DeploymentResult, RouterConfig } from '../../src/core/types.js';
import { validator } from '../../src/core/validate.js';
import { applyDeployment } from '../../src/deployer/apply.js';
import type { HealthLimits } from '../../src/deployer/health.js';
import { createLimiter } from '../../src/deployer/limiter.js';
import { createPackageSource } from '../../src/deployer/package-source.js';
import type { Desired } from '../../src/deployer/plan.js';
import { runDeployer } from '../../src/deployer/run-deployer.js';
import { createSecrets } from '../../src/deployer/secrets.js';
import { AppError } from '../../src/errors.js';
import type { Bus, ReceivedMessage } from '../../src/ports/bus.js';
import type { Functions, WorkloadRef } from '../../src/ports/functions.js';
import { runRouter } from '../../src/router/run-router.js';
import { backend } from '../support/backends.js';
import { createFakeLog } from '../support/fake-log.js';
import { createFakeReads } from '../support/fake-reads.js';
import { until } from '../support/until.js';

const DEPLOYMENTS = 'persistent://ops/deployment/pre-deployment-configs-output';
const TEST = 'persistent://ops/deployment-automation/test';
const RESULTS = 'persistent://ops/deployment-automation/results';
const TARGET = { kind: 'sandbox', fingerprint: 'sandbox-1' } as const;
const ROUTER: RouterConfig = {
  name: 'deployments',
  userConfig: {
    key: 'environment',
    tenant: 'ops',
    namespace: 'deployment-automation',
    allow: ['test', 'prod'],
  },
  inputs: [DEPLOYMENTS],
};

interface DeadLetter {
  readonly topic: string;
  readonly code: string;
}

/** A router and a deployer over an embedded bus and a sandbox, with documents written by hand. */
async function setUp() {
  const dir = await mkdtemp(join(tmpdir(), 'stageline-deployer-'));
  await writeFile(join(dir, 'a.jar'), 'package');
  const bus = await createLevelBus({ dir: join(dir, 'bus') });
  const sandbox = await createSandboxFunctions({ dir: join(dir, 'sandbox') });
  const reads = createFakeReads();
  const log = createFakeLog();
  const deadLetters: DeadLetter[] = [];
  const deadLetter = async (
    _message: ReceivedMessage,
    topic: string,
    problem: { code: string },
  ): Promise<void> => {
    deadLetters.push({ topic, code: problem.code });
  };
  const running: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];
  const start = (run: (signal: AbortSignal) => Promise<void>) => {
    const stop = new AbortController();
    const part = { stop, ended: run(stop.signal) };
    running.push(part);
    return async (): Promise<void> => {
      stop.abort();
      await part.ended;
    };
  };
  const producer = await bus.openProducer(DEPLOYMENTS);
  let position = 0;

  return {
    bus,
    sandbox,
    reads,
    log,
    deadLetters,
    startRouter: (on: Bus = bus) =>
      start((signal) => runRouter({ bus: on, config: ROUTER, deadLetter, log, signal })),
    startDeployer: (functions: Functions = sandbox, on: Bus = bus, health?: HealthLimits) =>
      start((signal) =>
        runDeployer({
          ...(health === undefined ? {} : { health }),
          bus: on,
          environment: 'test',
          topic: TEST,
          resultsTopic: RESULTS,
          functions,
          fingerprint: TARGET.fingerprint,
          reads,
          packages: createPackageSource({ roots: [dir], allow: [] }),
          secrets: createSecrets({ environment: 'test', dir }),
          deadLetter,
          log,
          limiter: createLimiter({ max: 4 }),
          concurrency: 4,
          deadlineMs: 5000,
          signal,
        }),
      ),
    send: (message: { key?: string; payload: string; properties?: Record<string, string> }) =>
      producer.send({ ...message, payload: Buffer.from(message.payload) }),

    /** Commits a release as the journal would, and returns its messages. */
    commit(release: number, names: readonly string[], changes: object = {}) {
      position += 1;
      const messages = names.map((name, index) => {
        const function_ = `public/default/${name}`;
        const config = {
          type: 'function',
          tenant: 'public',
          namespace: 'default',
          name,
          artifactPathOrUrl: 'a.jar',
          className: 'a.B',
          runtime: 'JAVA',
          inputs: [`persistent://public/default/${name}-in`],
          ...changes,
        };
        const contentHash = hashOf(config);
        const facts = { release, operation: 'apply', contentHash, state: 'committed' } as const;
        const ids = { project: 'pricing', environment: 'test', release };
        reads.put(contentId(contentHash), { kind: 'content', hash: contentHash, config });
        reads.put(deploymentId(ids, function_), {
          ...facts,
          ...ids,
          kind: 'deployment',
          function: function_,
          workload: 'function',
          index,
          of: names.length,
          target: 'sandbox',
        });
        reads.put(functionId(function_), {
          kind: 'function',
          function: function_,
          project: 'pricing',
          workload: 'function',
          since: 1,
          staged: {},
          held: {},
          environments: { test: { ...facts, target: TARGET } },
        });
        const body = { ...ids, index, of: names.length, operation: 'apply', contentHash, configs: [config] };
        return {
          key: function_,
          payload: JSON.stringify(body),
          properties: { effect: `0/${position}/${index}` },
        };
      });
      reads.reach(position);
      return messages;
    },

    /** Everything on the results topic. */
    async results(): Promise<{ publishTime: number; results: DeploymentResult[] }[]> {
      const reader = await bus.openReader(RESULTS, { start: 'earliest' });
      const found = await reader.receive({ max: 1000, waitMs: 100, lingerMs: 50 });
      await reader.close();
      return found.map(({ payload, publishTime }) => {
        const command = JSON.parse(payload.toString()) as { params: { results: DeploymentResult[] } };
        expect(validator('command.json')(command)).toEqual([]);
        expect(validator('record-deployment.json')(command.params)).toEqual([]);
        return { publishTime, results: command.params.results };
      });
    },

    /** Waits for so many outcomes. */
    async outcomes(count: number): Promise<DeploymentResult[]> {
      for (let tries = 0; ; tries++) {
        const all = (await this.results()).flatMap(({ results }) => results);
        if (all.length >= count || tries === 80) return all;
        await pause(100);
      }
    },

    async close(): Promise<void> {
      for (const { stop } of running) stop.abort();
      await Promise.all(running.map(({ ended }) => ended));
      await producer.close();
      await bus.close();
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type Scene = Awaited<ReturnType<typeof setUp>>;
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `f${index}`);
const refOf = (name: string): WorkloadRef => ({
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name,
});

/** Counts writes, and makes them slow. */
function watch(functions: Functions, delayMs = 0): Functions & { readonly writes: string[] } {
  const writes: string[] = [];
  const slow = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    writes.push(what);
    await pause(delayMs);
    return work();
  };
  return {
    ...functions,
    writes,
    create: (upsert) => slow(`create ${upsert.ref.name}`, () => functions.create(upsert)),
    update: (upsert) => slow(`update ${upsert.ref.name}`, () => functions.update(upsert)),
    delete: (ref) => slow(`delete ${ref.name}`, () => functions.delete(ref)),
  };
}

/** The same bus, whose next sends to a topic fail as if it were lost. */
function breakable(bus: Bus): Bus & { failures: number } {
  const broken: Bus & { failures: number } = {
    ...bus,
    failures: 0,
    openProducer: async (topic, options) => {
      const producer = await bus.openProducer(topic, options);
      return {
        lost: producer.lost,
        close: () => producer.close(),
        send: async (message) => {
          if (broken.failures-- > 0) throw new AppError('ENGINE_UNAVAILABLE', 'cut');
          return producer.send(message);
        },
      };
    },
  };
  return broken;
}

describe('router and deployer', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await setUp();
  });
  afterEach(() => scene.close());

  const sendAll = async (messages: Parameters<Scene['send']>[0][]): Promise<void> => {
    await Promise.all(messages.map((message) => scene.send(message)));
  };

  it('deploy a release and report it, at most once a second', async () => {
    scene.startRouter();
    scene.startDeployer();
    await sendAll(scene.commit(1, names(60)));
    const outcomes = await scene.outcomes(60);
    expect(new Set(outcomes.map(({ function: name }) => name)).size).toBe(60);
    expect(outcomes).toHaveLength(60);
    expect(outcomes.every(({ outcome, answer }) => outcome === 'deployed' && answer?.status === 204)).toBe(
      true,
    );
    expect(await scene.sandbox.get(refOf('f59'))).toMatchObject({ status: 200 });
    const times = (await scene.results()).map(({ publishTime }) => publishTime);
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    // Published a little later than sent, on a busy machine.
    expect(Math.min(1000, ...gaps)).toBeGreaterThan(500);
  });

  it('put aside what was typed by hand, and what cannot be routed, and go on', async () => {
    scene.startRouter();
    scene.startDeployer();
    const [good] = scene.commit(1, ['good']);
    await sendAll([
      { payload: 'no JSON' },
      { payload: '{"configs":[]}' },
      { payload: '{"environment":"../../public/default/x"}' },
      { payload: '{"environment":"results","command":"rollback"}' },
      { payload: JSON.stringify({ environment: 'test', configs: [{ type: 'function', name: 'mine' }] }) },
      good!,
    ]);
    expect(await scene.outcomes(1)).toMatchObject([{ function: 'public/default/good', outcome: 'deployed' }]);
    expect(scene.deadLetters.map(({ code }) => code).sort()).toEqual([
      'INVALID_JSON',
      'ROUTE_KEY_MISSING',
      'ROUTE_NOT_ALLOWED',
      'ROUTE_VALUE_INVALID',
      'UNKNOWN_DEPLOYMENT',
    ]);
  });

  it('fail one function and deploy the others', async () => {
    scene.startRouter();
    scene.startDeployer();
    await sendAll(scene.commit(1, ['broken'], { artifactPathOrUrl: 'no-such.jar' }));
    await sendAll(scene.commit(2, ['fine']));
    const outcomes = await scene.outcomes(2);
    expect(outcomes).toContainEqual(
      expect.objectContaining({
        function: 'public/default/broken',
        outcome: 'failed',
        answer: { status: 0, code: 'PACKAGE_NOT_FOUND', reason: 'There is no no-such.jar.' },
      }),
    );
    expect(outcomes).toContainEqual(
      expect.objectContaining({ function: 'public/default/fine', outcome: 'deployed' }),
    );
  });

  it('deploy a message that comes twice once', async () => {
    const functions = watch(scene.sandbox);
    scene.startRouter();
    scene.startDeployer(functions);
    const [message] = scene.commit(1, ['twice']);
    await sendAll([message!, message!]);
    await scene.outcomes(2);
    expect(functions.writes).toEqual(['create twice']);
  });

  it('drop a message whose outcome the journal has, and supersede an older release', async () => {
    const functions = watch(scene.sandbox);
    const [old] = scene.commit(1, ['f']);
    const [done] = scene.commit(2, ['f'], { parallelism: 2 });
    const [newest] = scene.commit(3, ['f'], { parallelism: 3 });
    const id = deploymentId({ project: 'pricing', environment: 'test', release: 2 }, 'public/default/f');
    const before = (await scene.reads.get(id))?.document as DeploymentDocument;
    scene.reads.put(id, { ...before, state: 'deployed' });
    scene.startRouter();
    scene.startDeployer(functions);
    await sendAll([old!, done!, newest!]);
    const outcomes = await scene.outcomes(2);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['superseded', 'deployed']);
    expect(functions.writes).toEqual(['create f']);
    expect(await scene.sandbox.get(refOf('f'))).toMatchObject({ body: { parallelism: 3 } });
  });

  it('share the work between several, and leave nothing behind when one stops', async () => {
    const functions = watch(scene.sandbox, 20);
    const stopRouter = scene.startRouter();
    scene.startRouter();
    const stopDeployer = scene.startDeployer(functions);
    scene.startDeployer(functions);
    await sendAll(scene.commit(1, names(40)));
    await pause(200);
    await Promise.all([stopRouter(), stopDeployer()]);
    const outcomes = await scene.outcomes(40);
    expect(new Set(outcomes.map(({ function: name }) => name)).size).toBe(40);
    expect(new Set(functions.writes).size).toBe(40);
  });

  it('go on after a restart with what was not acknowledged, and only that', async () => {
    const functions = watch(scene.sandbox, 30);
    scene.startRouter();
    const stop = scene.startDeployer(functions);
    await sendAll(scene.commit(1, names(20)));
    while (functions.writes.length < 5) await pause(5);
    await stop();
    const reported = (await scene.outcomes(0)).length;
    expect(reported).toBe(functions.writes.length);
    expect(reported).toBeLessThan(20);
    scene.startDeployer(functions);
    const outcomes = await scene.outcomes(20);
    expect(outcomes).toHaveLength(20);
    expect(functions.writes).toHaveLength(20);
  });

  it('go on writing while what was written is watched', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const watched = watch(scene.sandbox);
    const functions: Functions = {
      ...watched,
      status: async (ref) => {
        await released;
        return scene.sandbox.status(ref);
      },
    };
    scene.startRouter();
    scene.startDeployer(functions, undefined, { settleMs: 0, bakeMs: 1, limitMs: 60_000, backlogGrowth: 0 });
    await sendAll(scene.commit(1, names(60)));
    await until(() => watched.writes.length === 60);
    expect(await scene.results()).toEqual([]);
    release();
    const outcomes = await scene.outcomes(60);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(names(60).map(() => 'deployed'));
  });

  it('watch again what one was watching that stops, and write nothing again', async () => {
    const functions = watch(scene.sandbox);
    const health = { settleMs: 60_000, bakeMs: 1, limitMs: 60_000, backlogGrowth: 0 };
    scene.startRouter();
    const stop = scene.startDeployer(functions, undefined, health);
    await sendAll(scene.commit(1, names(10)));
    await until(() => functions.writes.length === 10);
    await stop();
    expect(await scene.results()).toEqual([]);
    scene.startDeployer(functions, undefined, { ...health, settleMs: 0 });
    const outcomes = await scene.outcomes(10);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(names(10).map(() => 'unchanged'));
    expect(functions.writes).toHaveLength(10);
  });

  it('open the bus anew when it is lost; nothing is lost, nothing deployed twice', async () => {
    const functions = watch(scene.sandbox);
    const routed = breakable(scene.bus);
    const deployed = breakable(scene.bus);
    routed.failures = 1;
    deployed.failures = 1;
    scene.startRouter(routed);
    scene.startDeployer(functions, deployed);
    await sendAll(scene.commit(1, names(20)));
    const outcomes = await scene.outcomes(20);
    expect(new Set(outcomes.map(({ function: name }) => name)).size).toBe(20);
    expect(functions.writes).toHaveLength(20);
    expect(scene.log.lines.filter(({ event }) => event === 'bus-lost-opening-anew')).toHaveLength(2);
  });

  it('keep the order of a key from the first topic to the last', async () => {
    scene.startRouter();
    scene.startRouter();
    for (let n = 0; n < 300; n++)
      void scene.send({ key: `key-${n % 7}`, payload: JSON.stringify({ environment: 'prod', n }) });
    const reader = await scene.bus.openReader('persistent://ops/deployment-automation/prod', {
      start: 'earliest',
    });
    const seen = new Map<string, number[]>();
    for (let count = 0; count < 300;) {
      const messages = await reader.receive({ max: 100, waitMs: 5000 });
      if (messages.length === 0) break;
      count += messages.length;
      for (const { key = '', payload } of messages)
        seen.set(key, [...(seen.get(key) ?? []), (JSON.parse(payload.toString()) as { n: number }).n]);
    }
    await reader.close();
    expect([...seen.values()].flat()).toHaveLength(300);
    for (const order of seen.values()) expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

const adminUrl = process.env['PULSAR_TEST_ADMIN_URL'] ?? '';
const jar = process.env['PULSAR_EXAMPLES_JAR'] ?? '';

backend(
  'deploying to Pulsar',
  adminUrl !== '' && jar !== '',
  'PULSAR_TEST_ADMIN_URL and PULSAR_EXAMPLES_JAR are not set',
  () => {
    it('creates, updates, leaves alone, empties, deletes and creates again the ExclamationFunction', async () => {
      const functions = createPulsarFunctions({ adminUrl });
      const ref = refOf(`exclamation-${process.pid}-${Date.now().toString(36)}`);
      const body = await readFile(jar);
      const desire = (config: object, samePackage = true): Desired => ({
        operation: 'apply',
        ref,
        samePackage,
        package: { kind: 'data', fileName: basename(jar), body, sha256: '' },
        config: {
          runtime: 'JAVA',
          className: 'org.apache.pulsar.functions.api.examples.ExclamationFunction',
          inputSpecs: { [`persistent://public/default/${ref.name}-in`]: {} },
          output: `persistent://public/default/${ref.name}-out`,
          ...config,
        },
      });
      const signal = new AbortController().signal;
      const apply = (desired: Desired) => applyDeployment(desired, { functions, deadlineMs: 30_000, signal });
      const live = async (): Promise<unknown> => (await functions.get(ref)).body;

      try {
        expect(await apply(desire({}, false))).toMatchObject({ outcome: 'deployed', sentPackage: true });
        let running: unknown = 0;
        for (let tries = 0; tries < 100 && running !== 1; tries++) {
          await pause(100);
          running = ((await functions.status(ref)).body as { numRunning: number }).numRunning;
        }
        expect(running).toBe(1);

        const numbers = {
          userConfig: { n: 1, deep: { list: [2, 'x'] } },
          parallelism: 2,
          resources: { cpu: 0.5 },
        };
        expect(await apply(desire(numbers))).toMatchObject({ outcome: 'deployed', sentPackage: false });
        expect(await apply(desire(numbers))).toEqual({
          outcome: 'unchanged',
          answer: { status: 200 },
          sentPackage: false,
          wrote: false,
        });

        const specs = {
          ...numbers,
          inputSpecs: { [`persistent://public/default/${ref.name}-in`]: { receiverQueueSize: 7 } },
        };
        expect(await apply(desire(specs))).toMatchObject({ outcome: 'deployed' });
        expect(await apply(desire(specs))).toMatchObject({ outcome: 'unchanged', answer: { status: 200 } });

        expect(await apply(desire({}))).toMatchObject({ outcome: 'deployed' });
        expect(await live()).toMatchObject({ userConfig: {}, parallelism: 1, resources: { cpu: 1 } });
        expect(await apply(desire({ output: undefined }))).toMatchObject({
          outcome: 'deployed-with-differences',
          differences: [{ field: '/output', class: 'ignored' }],
          wrote: false,
        });
        expect(await apply(desire({ autoAck: false }))).toMatchObject({
          outcome: 'failed',
          answer: { code: 'CLUSTER_REFUSED' },
          wrote: false,
        });

        expect(await apply({ operation: 'delete', ref })).toMatchObject({ outcome: 'deleted' });
        expect(await apply({ operation: 'delete', ref })).toMatchObject({ outcome: 'deleted' });
        expect(await apply(desire({}, false))).toMatchObject({ outcome: 'deployed', sentPackage: true });
      } finally {
        await functions.delete(ref);
        await functions.close();
      }
    });
  },
);
