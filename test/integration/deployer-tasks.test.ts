import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createSandboxFunctions } from '../../src/adapters/sandbox/sandbox-functions.js';
import { hashOf } from '../../src/core/canonical.js';
import { contentId, environmentId, functionId, stagedId, taskId } from '../../src/core/ids.js';
import { pause } from '../../src/core/pause.js';
import { planHash } from '../../src/core/plan-hash.js';
import type { RecordPlanParams, RecordTaskParams, TaskDocument } from '../../src/core/types.js';
import { validator } from '../../src/core/validate.js';
import { createLimiter } from '../../src/deployer/limiter.js';
import { createPackageSource } from '../../src/deployer/package-source.js';
import { runDeployer, type DeployerOptions } from '../../src/deployer/run-deployer.js';
import { createSecrets } from '../../src/deployer/secrets.js';
import { AppError } from '../../src/errors.js';
import type { Bus } from '../../src/ports/bus.js';
import type { Functions } from '../../src/ports/functions.js';
import { fn, functionConfig } from '../support/configs.js';
import { createFakeLog } from '../support/fake-log.js';
import { createFakeReads } from '../support/fake-reads.js';

const TEST = 'persistent://ops/deployment-automation/test';
const RESULTS = 'persistent://ops/deployment-automation/results';
const TARGET = { kind: 'sandbox', fingerprint: 'sandbox-1' } as const;
const NOW = Date.parse('2026-01-01T12:00:00Z');
const PROJECT = 'default';

type Told = { readonly command: string; readonly params: RecordTaskParams & RecordPlanParams };

/** Deployers over an embedded bus and a sandbox, with documents written by hand. */
async function setUp() {
  const dir = await mkdtemp(join(tmpdir(), 'stageline-tasks-'));
  await writeFile(join(dir, 'a.py'), 'package');
  const bus = await createLevelBus({ dir: join(dir, 'bus') });
  const sandbox = await createSandboxFunctions({ dir: join(dir, 'sandbox') });
  const reads = createFakeReads();
  const deadLetters: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  const producer = await bus.openProducer(TEST);
  let position = 0;
  reads.put(environmentId('test'), {
    kind: 'environment',
    environment: 'test',
    order: 0,
    target: TARGET,
    since: 1,
    open: [],
  });

  return {
    bus,
    sandbox,
    reads,
    deadLetters,

    start(functions: Functions = sandbox, on: Bus = bus, more: Partial<DeployerOptions> = {}) {
      const stop = new AbortController();
      const ended = runDeployer({
        bus: on,
        environment: 'test',
        topic: TEST,
        resultsTopic: RESULTS,
        functions,
        fingerprint: TARGET.fingerprint,
        reads,
        packages: createPackageSource({ roots: [dir], allow: [] }),
        secrets: createSecrets({ environment: 'test', dir }),
        deadLetter: async (_message, _topic, { code }) => {
          deadLetters.push(code);
        },
        log: createFakeLog(),
        limiter: createLimiter({ max: 4 }),
        concurrency: 4,
        deadlineMs: 20_000,
        now: () => NOW,
        signal: stop.signal,
        ...more,
      });
      const end = async (): Promise<void> => {
        stop.abort();
        await ended;
      };
      stops.push(end);
      return end;
    },

    /** A task as the journal would have it. */
    request(operation: TaskDocument['operation'], more: Partial<TaskDocument> = {}): TaskDocument {
      position += 1;
      const task = `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`;
      const document: TaskDocument = {
        kind: 'task',
        project: PROJECT,
        environment: 'test',
        task,
        operation,
        state: 'requested',
        target: TARGET,
        requestedAt: new Date(NOW).toISOString(),
        requestedBy: 'alice',
        requested: position,
        of: 1,
        counts: { done: 0, failed: 0 },
        ...more,
      };
      reads.put(taskId(document), document);
      reads.reach(position);
      return document;
    },

    /** Sends its message, as it comes from the router. */
    send({ task, operation, requested, functions }: TaskDocument, more: object = {}) {
      const subject = functions?.[0];
      const body = { environment: 'test', project: PROJECT, task, operation, ...subject, ...more };
      return producer.send({
        key: subject?.function ?? task,
        properties: { effect: `0/${requested}/0`, task },
        payload: Buffer.from(JSON.stringify(body)),
      });
    },

    stage(name: string, more: object = {}) {
      const config = functionConfig(name, { artifactPathOrUrl: 'a.py', ...more });
      const contentHash = hashOf(config);
      reads.put(contentId(contentHash), { kind: 'content', hash: contentHash, config });
      reads.put(stagedId(PROJECT, 'main', fn(name)), {
        kind: 'staged',
        project: PROJECT,
        stageSet: 'main',
        function: fn(name),
        workload: 'function',
        operation: 'apply',
        contentHash,
        base: {},
        stagedAt: 1,
      });
      return { function: fn(name), contentHash };
    },

    /** What came to the results topic, once there are so many. */
    async told(count: number): Promise<Told[]> {
      for (let tries = 0; ; tries += 1) {
        const reader = await bus.openReader(RESULTS, { start: 'earliest' });
        const found = await reader.receive({ max: 1000, waitMs: 100, lingerMs: 50 });
        await reader.close();
        const commands = found.map(({ payload }) => JSON.parse(payload.toString()) as Told);
        for (const one of commands) {
          expect(validator('command.json')(one)).toEqual([]);
          const schema = one.command === 'record-plan' ? 'record-plan.json' : 'record-task.json';
          expect(validator(schema)(one.params)).toEqual([]);
        }
        if (commands.length >= count || tries === 150) return commands;
        await pause(100);
      }
    },

    async close(): Promise<void> {
      await Promise.all(stops.map((stop) => stop()));
      await producer.close();
      await bus.close();
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const subjects = [{ function: fn('a'), workload: 'function' as const }];

/** A cluster that answers start with "it runs", and notes every restart. */
function counting(behind: Functions): Functions & { restarts: number } {
  const counted: Functions & { restarts: number } = {
    ...behind,
    restarts: 0,
    start: async () => ({ status: 400, reason: 'Operation not permitted' }),
    restart: async () => {
      counted.restarts += 1;
      return { status: 204, reason: '' };
    },
  };
  return counted;
}

describe('a deployer and its tasks', () => {
  let scene: Awaited<ReturnType<typeof setUp>>;
  beforeEach(async () => {
    scene = await setUp();
  });
  afterEach(() => scene.close());

  it('plans what is staged, and reports it under a hash of what it was about', async () => {
    const staged = [scene.stage('a'), scene.stage('b', { inputs: [] })];
    const task = scene.request('plan', { stageSet: 'main' });
    scene.start();
    await scene.send(task);
    const [told] = await scene.told(1);
    expect(told).toMatchObject({
      command: 'record-plan',
      params: {
        environment: 'test',
        task: task.task,
        stageSet: 'main',
        part: 0,
        parts: 1,
        contentHash: planHash(staged),
      },
    });
    expect(told?.params.functions).toMatchObject([
      { function: fn('a'), operation: 'create' },
      { function: fn('b'), operation: 'create' },
    ]);
  });

  it('takes over a plan from one that was ended in the middle', async () => {
    scene.stage('a');
    const task = scene.request('plan', { stageSet: 'main' });
    let asked = 0;
    const silent: Functions = {
      ...scene.sandbox,
      get: async () => {
        asked += 1;
        throw new AppError('CLUSTER_UNREACHABLE', 'connect ECONNREFUSED');
      },
    };
    const stop = scene.start(silent);
    await scene.send(task);
    while (asked === 0) await pause(10);
    await stop();
    expect(await scene.told(0)).toEqual([]);
    scene.start();
    expect(await scene.told(1)).toMatchObject([{ command: 'record-plan', params: { task: task.task } }]);
  });

  it('ends a plan as failed when the cluster gives no answer in time', async () => {
    scene.stage('a');
    const silent: Functions = {
      ...scene.sandbox,
      get: async () => {
        throw new AppError('CLUSTER_UNREACHABLE', 'connect ECONNREFUSED');
      },
    };
    scene.start(silent, scene.bus, { deadlineMs: 100 });
    await scene.send(scene.request('plan', { stageSet: 'main' }));
    expect(await scene.told(1)).toMatchObject([
      { command: 'record-task', params: { end: 'failed', code: 'CLUSTER_UNREACHABLE' } },
    ]);
  });

  it('restarts once although its message comes twice, as long as it lives', async () => {
    const functions = counting(scene.sandbox);
    const task = scene.request('restart', { functions: subjects });
    scene.start(functions);
    await scene.send(task);
    await scene.send(task);
    const told = await scene.told(1);
    expect(told[0]?.params.results?.map(({ outcome }) => outcome)).toContain('done');
    expect(functions.restarts).toBe(1);
  });

  it('does nothing for a function that has an outcome already, or for a task that is over', async () => {
    const functions = counting(scene.sandbox);
    const results = [{ function: fn('a'), outcome: 'done' as const }];
    scene.start(functions);
    await scene.send(
      scene.request('restart', {
        functions: [...subjects, { function: fn('b'), workload: 'function' }],
        results,
      }),
    );
    await scene.send(scene.request('restart', { functions: subjects, state: 'failed' }));
    const last = scene.request('restart', { functions: subjects });
    await scene.send(last);
    expect(await scene.told(1)).toMatchObject([{ params: { task: last.task } }]);
    expect(functions.restarts).toBe(1);
  });

  it('does not carry out what was asked for long ago, for another target, or before the journal was restored', async () => {
    const functions = counting(scene.sandbox);
    scene.start(functions);
    const old = new Date(NOW - 3_600_001).toISOString();
    await scene.send(scene.request('restart', { functions: subjects, requestedAt: old }));
    await scene.send(
      scene.request('plan', { stageSet: 'main', target: { kind: 'sandbox', fingerprint: 'other' } }),
    );
    await scene.send(scene.request('plan', { stageSet: 'main' }), { expired: 'It was asked for before.' });
    const told = await scene.told(3);
    const codes = told.map(({ params }) => params.code ?? params.results?.[0]?.answer?.code).sort();
    expect(codes).toEqual(['TARGET_CHANGED', 'TASK_EXPIRED', 'TASK_EXPIRED']);
    expect(functions.restarts).toBe(0);
  });

  it('puts aside what the journal does not know, and goes on', async () => {
    const functions = counting(scene.sandbox);
    scene.start(functions);
    const task = scene.request('restart', { functions: subjects });
    await scene.send({ ...task, task: '00000000-0000-7000-8000-00000000ffff' });
    await scene.send(task, { operation: 'stop' });
    await scene.send({ ...task, requested: task.requested - 1 });
    await scene.send({ ...task, functions: [{ function: fn('x'), workload: 'function' }] });
    await scene.send(task);
    expect(await scene.told(1)).toMatchObject([{ params: { task: task.task } }]);
    expect(scene.deadLetters).toEqual(['UNKNOWN_TASK', 'UNKNOWN_TASK', 'UNKNOWN_TASK', 'UNKNOWN_TASK']);
  });

  it('says of a function that the package on file is another than the one that was proven', async () => {
    const { contentHash } = scene.stage('a');
    scene.reads.put(environmentId('test'), {
      kind: 'environment',
      environment: 'test',
      order: 1,
      target: TARGET,
      since: 1,
      open: [],
    });
    scene.reads.put(environmentId('dev'), {
      kind: 'environment',
      environment: 'dev',
      order: 0,
      target: TARGET,
      since: 1,
      open: [],
    });
    scene.reads.put(`proof:${PROJECT}:${fn('a')}:${contentHash}`, {
      kind: 'proof',
      project: PROJECT,
      function: fn('a'),
      contentHash,
      proven: {
        dev: {
          position: 1,
          release: 1,
          committed: 1,
          packageSha256: 'ab'.repeat(32),
          target: TARGET.fingerprint,
        },
      },
    });
    scene.start();
    await scene.send(scene.request('plan', { stageSet: 'main' }));
    const [told] = await scene.told(1);
    expect(told?.params.functions).toMatchObject([
      { operation: 'blocked', notices: [{ code: 'PACKAGE_CHANGED', blocks: true }] },
    ]);
  });

  it('knows of a function what was deployed last', async () => {
    const { contentHash } = scene.stage('a');
    scene.reads.put(functionId(fn('a')), {
      kind: 'function',
      function: fn('a'),
      project: PROJECT,
      workload: 'function',
      since: 1,
      staged: { main: contentHash },
      held: {},
      environments: {},
    });
    const stop = scene.start();
    await scene.send(scene.request('plan', { stageSet: 'main' }));
    expect((await scene.told(1))[0]?.params.functions).toMatchObject([
      { operation: 'create', package: 'sent' },
    ]);
    await stop();
  });
});
