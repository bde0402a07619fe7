import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionPlan, PlanDocument, TaskDocument } from '../../src/core/types.js';
import { fn, functionConfig } from '../support/configs.js';
import { startTestService, type TestService } from '../support/service.js';

describe('tasks over embedded engines and the sandbox', () => {
  let service: TestService;
  let packages: string;

  beforeAll(async () => {
    packages = mkdtempSync(join(tmpdir(), 'stageline-packages-'));
    writeFileSync(join(packages, 'enrich.py'), 'package');
    service = await startTestService({ STAGELINE_ARTIFACT_ROOTS: packages });
    await service.ready();
  }, 60_000);

  afterAll(() => service.stop());

  const config = (name: string, more: object = {}): Record<string, unknown> =>
    functionConfig(name, { artifactPathOrUrl: 'enrich.py', ...more });

  /** Waits until a task is over. */
  const over = async (id: string): Promise<TaskDocument> => {
    for (const end = Date.now() + 25_000; Date.now() < end;) {
      const document = (await service.read(id)) as unknown as TaskDocument | undefined;
      if (document !== undefined && document.state !== 'requested') return document;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${id} is not over: ${JSON.stringify(await service.read(id))}`);
  };

  const ask = async (command: string, params: object): Promise<TaskDocument> => {
    const reply = await service.send(command, params);
    expect(reply).toMatchObject({ status: 'ok' });
    return over(String(reply.result?.['document']));
  };

  const deploy = async (stageSet: string): Promise<void> => {
    const reply = await service.send('commit-staged-to-test', { stageSet });
    expect(reply).toMatchObject({ status: 'ok' });
    await service.finished(String(reply.result?.['document']), 100_000);
  };

  const planOf = async (stageSet: string, name: string): Promise<FunctionPlan> =>
    (
      (await service.read(`planned:default:test:${stageSet}:${fn(name)}`)) as unknown as {
        plan: FunctionPlan;
      }
    ).plan;

  it('plans a set: what is created, updated, left alone, deleted and blocked; a commit knows the plan', async () => {
    const stageSet = 'mixed';
    await service.send('stage-configs', {
      stageSet,
      configs: [config('same'), config('changed'), config('going')],
    });
    await deploy(stageSet);
    await service.send('stage-configs', {
      stageSet,
      configs: [
        config('changed', { parallelism: 2 }),
        config('new'),
        config('broken', { artifactPathOrUrl: 'none.py' }),
      ],
      remove: [fn('going')],
    });

    expect(
      (await service.send('commit-staged-to-test', { stageSet }, { dryRun: true })).result,
    ).toMatchObject({
      plan: 'none for this content',
    });
    const task = await ask('plan', { environment: 'test', stageSet });
    expect(task).toMatchObject({
      state: 'done',
      operation: 'plan',
      requestedBy: 'local',
      plan: { functions: 5, counts: { create: 1, update: 1, unchanged: 1, delete: 1, blocked: 1 } },
    });
    const plan = (await service.read('plan:default:test:mixed')) as unknown as PlanDocument;
    expect(plan).toMatchObject({ task: task.task, complete: true, summary: { blocked: [fn('broken')] } });
    expect(await planOf(stageSet, 'new')).toMatchObject({
      operation: 'create',
      package: 'sent',
      restarts: false,
    });
    expect(await planOf(stageSet, 'same')).toMatchObject({
      operation: 'unchanged',
      changes: [],
      package: 'kept',
    });
    const changed = await planOf(stageSet, 'changed');
    expect(changed).toMatchObject({ operation: 'update', restarts: true });
    expect(changed.changes).toMatchObject([{ field: '/parallelism', class: 'update' }]);
    expect(await planOf(stageSet, 'going')).toMatchObject({ operation: 'delete', contentHash: null });
    expect((await planOf(stageSet, 'broken')).notices).toMatchObject([
      { code: 'PACKAGE_NOT_FOUND', blocks: true },
    ]);

    const dry = await service.send('commit-staged-to-test', { stageSet }, { dryRun: true });
    expect(dry.result).toMatchObject({
      plan: { task: task.task, operations: { create: 1 }, blocked: [fn('broken')] },
    });
    const part = await service.send('commit-staged-to-test', { stageSet, names: [fn('new')] });
    expect(part.result).toMatchObject({ plan: 'none for this content' });
    const whole = await service.send('commit-staged-to-test', { stageSet });
    expect(await service.finished(String(whole.result?.['document']))).toMatchObject({
      plan: { task: task.task, contentHash: plan.summary.contentHash },
    });
  }, 60_000);

  it('plans a rollback: what it would write, and the rollback tells it', async () => {
    const stageSet = 'back';
    for (const parallelism of [1, 2]) {
      await service.send('stage-configs', { stageSet, configs: [config('returning', { parallelism })] });
      await deploy(stageSet);
    }
    const names = [fn('returning')];
    const task = await ask('plan-rollback', { environment: 'test', names });
    expect(task).toMatchObject({ state: 'done', plan: { functions: 1, counts: { update: 1 } } });
    expect(await planOf(String(task.stageSet), 'returning')).toMatchObject({
      operation: 'update',
      changes: [{ field: '/parallelism', class: 'update' }],
      package: 'kept',
    });
    const dry = await service.send('rollback', { environment: 'test', names }, { dryRun: true });
    expect(dry.result).toMatchObject({ plan: { task: task.task, operations: { update: 1 } } });
  }, 60_000);

  it('takes away what an earlier plan said of functions that the newer one does not have', async () => {
    const stageSet = 'shrinking';
    await service.send('stage-configs', { stageSet, configs: [config('one'), config('two')] });
    await ask('plan', { environment: 'test', stageSet });
    await ask('plan', { environment: 'test', stageSet, names: [fn('one')] });
    expect(await service.read(`planned:default:test:shrinking:${fn('one')}`)).toBeDefined();
    expect(await service.read(`planned:default:test:shrinking:${fn('two')}`)).toBeUndefined();
  }, 60_000);

  it('plans 500 functions in several parts', async () => {
    const stageSet = 'large';
    const userConfig = Object.fromEntries(Array.from({ length: 12 }, (_, key) => [`setting-${key}`, key]));
    const more = { logTopic: 'logs', timeoutMs: 5000, resources: { cpu: 2, ram: 1, disk: 1 } };
    const names = Array.from({ length: 500 }, (_, index) => `large-${String(index).padStart(3, '0')}`);
    for (let index = 0; index < names.length; index += 250) {
      const configs = names.slice(index, index + 250).map((name) => config(name));
      expect(await service.send('stage-configs', { stageSet, configs })).toMatchObject({ status: 'ok' });
    }
    await deploy(stageSet);
    for (let index = 0; index < names.length; index += 100) {
      const configs = names
        .slice(index, index + 100)
        .map((name) => config(name, { userConfig, parallelism: 3, ...more }));
      expect(await service.send('stage-configs', { stageSet, configs })).toMatchObject({ status: 'ok' });
    }
    const task = await ask('plan', { environment: 'test', stageSet });
    expect(task).toMatchObject({ state: 'done', plan: { functions: 500, counts: { update: 500 } } });
    expect(task.plan?.parts).toBeGreaterThan(1);
    expect(task.plan?.received).toBe(task.plan?.parts);
    expect(await planOf(stageSet, 'large-499')).toMatchObject({ operation: 'update' });
  }, 240_000);

  it('stops, starts and restarts functions, and says so of each', async () => {
    const stageSet = 'running';
    await service.send('stage-configs', { stageSet, configs: [config('r1'), config('r2')] });
    await deploy(stageSet);
    const names = [fn('r1'), fn('r2')];
    for (const operation of ['stop', 'stop', 'start', 'start', 'restart'] as const) {
      const task = await ask(`${operation}-functions`, { environment: 'test', names });
      expect(task).toMatchObject({ operation, state: 'done', counts: { done: 2, failed: 0 } });
      expect(task.results?.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    }
    expect(
      await service.send('stop-functions', { environment: 'test', names: [fn('nobody')] }),
    ).toMatchObject({
      status: 'rejected',
      error: { code: 'UNKNOWN_NAME' },
    });
  }, 60_000);
});
