import { randomBytes } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { FunctionPlan, TaskDocument } from '../../src/core/types.js';
import { backend } from '../support/backends.js';
import { startTestService, type TestService } from '../support/service.js';

const env = process.env;
const missing = ['PULSAR_TEST_ADMIN_URL', 'PULSAR_EXAMPLES_JAR'].filter((name) => !env[name]);

backend('plans and tasks on a Pulsar cluster', missing.length === 0, `${missing.join(', ')} not set`, () => {
  jest.setTimeout(240_000);
  const admin = env['PULSAR_TEST_ADMIN_URL'] ?? '';
  const jar = env['PULSAR_EXAMPLES_JAR'] ?? '';
  const name = `task-${randomBytes(3).toString('hex')}`;
  const full = `public/tasks/${name}`;
  const config = {
    type: 'function',
    artifactPathOrUrl: basename(jar),
    tenant: 'public',
    namespace: 'tasks',
    name,
    className: 'org.apache.pulsar.functions.api.examples.ExclamationFunction',
    inputs: [`persistent://public/tasks/${name}-in`],
    output: `persistent://public/tasks/${name}-out`,
  };
  let service: TestService;

  beforeAll(async () => {
    await fetch(`${admin}/admin/v2/namespaces/public/tasks`, { method: 'PUT' });
    service = await startTestService({
      STAGELINE_ARTIFACT_ROOTS: dirname(jar),
      STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test', adminUrl: admin }]),
    });
    await service.ready();
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await fetch(`${admin}/admin/v3/functions/${full}`, { method: 'DELETE' });
  }, 60_000);

  const ask = async (command: string, params: object): Promise<TaskDocument> => {
    const reply = await service.send(command, { environment: 'test', ...params });
    expect(reply).toMatchObject({ status: 'ok' });
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const task = (await service.read(String(reply.result?.['document']))) as unknown as
        TaskDocument | undefined;
      if (task !== undefined && task.state !== 'requested') return task;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${command} is not over`);
  };

  const plan = async (): Promise<FunctionPlan> => {
    expect(await ask('plan', {})).toMatchObject({ state: 'done', plan: { functions: 1 } });
    const planned = await service.read(`planned:default:test:main:${full}`);
    return (planned as unknown as { plan: FunctionPlan }).plan;
  };

  const stage = (more: object = {}): Promise<unknown> =>
    service.send('stage-configs', { configs: [{ ...config, ...more }] });

  const instance = async (): Promise<{ running: boolean; since: string }> => {
    const response = await fetch(`${admin}/admin/v3/functions/${full}/status`);
    const { instances } = (await response.json()) as { instances: { status: { running: boolean } }[] };
    return { running: instances.every(({ status }) => status.running), since: JSON.stringify(instances) };
  };

  const running = async (wanted: boolean): Promise<void> => {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      if ((await instance()).running === wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`it is not ${wanted ? 'running' : 'stopped'}: ${(await instance()).since}`);
  };

  it('says of a function that it is created, then that nothing differs, then what does', async () => {
    await stage();
    expect(await plan()).toMatchObject({ operation: 'create', package: 'sent', restarts: false });
    const reply = await service.send('commit-staged-to-test', {});
    expect(reply.result).toMatchObject({ plan: { operations: { create: 1 } } });
    expect(await service.finished(String(reply.result?.['document']), 120_000)).toMatchObject({
      state: 'succeeded',
    });
    await stage();
    expect(await plan()).toMatchObject({
      operation: 'unchanged',
      changes: [],
      package: 'kept',
      stopped: false,
    });
    await stage({ parallelism: 2, subName: 'another' });
    const { operation, changes } = await plan();
    expect(operation).toBe('blocked');
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: '/parallelism', class: 'update' }),
        expect.objectContaining({ field: '/subName', class: 'refused' }),
      ]),
    );
    await stage({ parallelism: 2 });
    expect(await plan()).toMatchObject({ operation: 'update', restarts: true, package: 'kept' });
  });

  it('stops it, says that it is stopped, starts and restarts it', async () => {
    const names = [full];
    await running(true);
    expect(await ask('stop-functions', { names })).toMatchObject({ state: 'done', counts: { done: 1 } });
    await running(false);
    expect(await ask('stop-functions', { names })).toMatchObject({
      state: 'done',
      results: [{ outcome: 'done', answer: { status: 400 } }],
    });
    expect(await plan()).toMatchObject({ operation: 'update', stopped: true, restarts: false });
    expect(await ask('restart-functions', { names })).toMatchObject({ state: 'done', counts: { done: 1 } });
    await running(true);
    expect(await plan()).toMatchObject({ stopped: false, restarts: true });
    expect(await ask('start-functions', { names })).toMatchObject({
      state: 'done',
      results: [{ outcome: 'done', answer: { status: 400 } }],
    });
    await fetch(`${admin}/admin/v3/functions/${full}`, { method: 'DELETE' });
    expect(await ask('restart-functions', { names })).toMatchObject({
      state: 'failed',
      results: [{ outcome: 'failed', answer: { status: 404 } }],
    });
  });
});
