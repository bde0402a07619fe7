import type { FunctionPlan, PlanDocument, TaskDocument } from '../../../src/core/types.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

let service: FakeService;

const TASK = '00000000-0000-7000-8000-000000000001';
const ID = `task:default:test:${TASK}`;
const HASH = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';

beforeEach(async () => {
  service = await startFakeService();
  service.onCommand = () => ({ status: 'ok', position: 3, result: { task: TASK, document: ID } });
});

afterEach(() => service.close());

function putTask(more: Partial<TaskDocument>): void {
  service.documents.set(ID, {
    kind: 'task',
    project: 'default',
    environment: 'test',
    task: TASK,
    operation: 'plan',
    stageSet: 'main',
    state: 'done',
    target: { kind: 'sandbox', fingerprint: 'f' },
    requestedAt: '2026-01-01T00:00:00.000Z',
    requestedBy: 'local',
    requested: 3,
    of: 1,
    counts: { done: 0, failed: 0 },
    ...more,
  });
}

function putPlan(functions: readonly FunctionPlan[], task = TASK): void {
  const counts = { create: 0, update: 0, unchanged: 0, 're-create': 0, delete: 0, blocked: 0 };
  for (const { operation } of functions) counts[operation] += 1;
  const plan: PlanDocument = {
    kind: 'plan',
    project: 'default',
    environment: 'test',
    stageSet: 'main',
    task,
    requested: 3,
    target: 'f',
    plannedAt: '2026-01-01T00:00:00.000Z',
    complete: true,
    summary: {
      contentHash: HASH,
      run: HASH,
      parts: 1,
      received: 1,
      functions: functions.length,
      counts,
      notices: 0,
      blocked: [],
    },
  };
  service.documents.set('plan:default:test:main', plan);
  const about = { project: 'default', environment: 'test', stageSet: 'main', requested: 3 };
  for (const one of functions)
    service.documents.set(`planned:default:test:main:${one.function}`, {
      kind: 'planned',
      ...about,
      task,
      plan: one,
    });
  const left = { ...plain('public/default/left-over'), operation: 'blocked' as const };
  service.documents.set('planned:default:test:main:public/default/left-over', {
    kind: 'planned',
    ...about,
    task: '00000000-0000-7000-8000-00000000000f',
    plan: left,
  });
}

function plain(name: string, more: Partial<FunctionPlan> = {}): FunctionPlan {
  return {
    function: name,
    workload: 'function',
    contentHash: HASH,
    operation: 'unchanged',
    changes: [],
    restarts: false,
    package: 'kept',
    notices: [],
    ...more,
  };
}

const UPDATE = plain('public/default/b', {
  operation: 'update',
  restarts: true,
  backlog: 1200,
  changes: [
    { field: '/parallelism', class: 'update', detail: 'changes from 1 to 2' },
    { field: '/tenant', class: 'ignored', detail: 'stays as it is' },
  ],
});
const BLOCKED = plain('public/default/c', {
  operation: 'blocked',
  package: 'unknown',
  notices: [{ code: 'PACKAGE_NOT_FOUND', blocks: true, detail: 'there is no c.jar' }],
});

describe('stageline plan', () => {
  it('prints what would be done to each function, with what follows from it', async () => {
    putTask({});
    putPlan([plain('public/default/a'), UPDATE]);
    const ran = await runAt(service, ['plan', 'test']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('plan of main for test: 1 update, 1 unchanged');
    expect(ran.out).toMatch(
      /public\/default\/b +update +2 +its instances restart; 1,200 messages wait; 1 difference stays/,
    );
    expect(ran.out).toContain('  update     /parallelism: changes from 1 to 2');
    expect(ran.out).toContain('  ignored    /tenant: stays as it is');
    expect(ran.out).not.toMatch(/default\/a|left-over/);
    expect(service.commands).toMatchObject([
      { command: 'plan', params: { environment: 'test', stageSet: 'main' } },
    ]);
  });

  it('ends with 1 when something cannot be deployed, and says what', async () => {
    putTask({});
    putPlan([BLOCKED]);
    const ran = await runAt(service, ['plan', 'test', '--names', 'c', '--allow-recreate', 'c']);
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringContaining('1 function cannot be deployed so') as unknown,
    });
    expect(ran.out).toContain('BLOCKS   PACKAGE_NOT_FOUND: there is no c.jar');
    expect(service.commands[0]?.params).toMatchObject({
      names: ['public/default/c'],
      allowRecreate: ['public/default/c'],
    });
  });

  it('prints the plan as JSON for scripts', async () => {
    putTask({});
    putPlan([UPDATE]);
    const { out } = await runAt(service, ['plan', 'test', '--json']);
    expect(JSON.parse(out)).toMatchObject({ plan: { task: TASK }, functions: [{ operation: 'update' }] });
  });

  it('plans a rollback', async () => {
    putTask({ stageSet: 'rollback-to-1', toRelease: 1 });
    expect((await runAt(service, ['plan', 'test', '--rollback', '1', '--prune'])).err).toContain(
      'plan again',
    );
    expect(service.commands).toMatchObject([
      { command: 'plan-rollback', params: { environment: 'test', toRelease: 1, prune: true } },
    ]);
    expect(await runAt(service, ['plan', 'test', '--rollback', '1', '--set', 'main'])).toMatchObject({
      code: 2,
    });
    expect(await runAt(service, ['plan', 'test', '--prune'])).toMatchObject({ code: 2 });
  });

  it('says why there is no plan: refused, failed, or overtaken', async () => {
    service.onCommand = () => ({
      status: 'rejected',
      error: refusal('STAGE_SET_EMPTY', 'nothing is staged'),
    });
    expect(await runAt(service, ['plan', 'test'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('STAGE_SET_EMPTY') as unknown,
    });
    service.onCommand = () => ({ status: 'ok', position: 3, result: { task: TASK, document: ID } });
    putTask({ state: 'failed', code: 'CLUSTER_UNREACHABLE', reason: 'no answer' });
    expect(await runAt(service, ['plan', 'test'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('plan failed: no answer [CLUSTER_UNREACHABLE]') as unknown,
    });
    putTask({});
    putPlan([UPDATE], '00000000-0000-7000-8000-00000000000e');
    expect(await runAt(service, ['plan', 'test'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('plan again') as unknown,
    });
  });

  it('ends with 124 when nobody answers in time', async () => {
    putTask({ state: 'requested' });
    expect(await runAt(service, ['plan', 'test', '--timeout', '300ms'])).toMatchObject({
      code: 124,
      err: expect.stringContaining('is a deployer running?') as unknown,
    });
  });
});

describe('stageline start, stop and restart', () => {
  const functions = ['a', 'b'].map((name) => ({
    function: `public/default/${name}`,
    workload: 'function' as const,
  }));

  it('say what came of each function', async () => {
    putTask({
      operation: 'stop',
      of: 2,
      functions,
      counts: { done: 2, failed: 0 },
      results: [
        { function: 'public/default/a', outcome: 'done', answer: { status: 204 } },
        {
          function: 'public/default/b',
          outcome: 'done',
          answer: { status: 400, reason: 'Operation not permitted' },
        },
      ],
    });
    expect(await runAt(service, ['stop', 'test', 'a', 'b'])).toEqual({
      code: 0,
      out: 'stopped  public/default/a\nstopped  public/default/b (it was so already: Operation not permitted)',
      err: '',
      bytes: Buffer.alloc(0),
    });
    expect(service.commands).toMatchObject([
      {
        command: 'stop-functions',
        params: { environment: 'test', names: ['public/default/a', 'public/default/b'] },
      },
    ]);
  });

  it('end with 1 where one of them failed', async () => {
    putTask({
      operation: 'restart',
      state: 'failed',
      functions,
      counts: { done: 1, failed: 1 },
      results: [
        { function: 'public/default/a', outcome: 'done' },
        {
          function: 'public/default/b',
          outcome: 'failed',
          answer: { status: 404, code: 'CLUSTER_REFUSED', reason: "Function b doesn't exist" },
        },
      ],
    });
    const ran = await runAt(service, ['restart', 'test', 'a', 'b']);
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringContaining('could not restart 1 function') as unknown,
    });
    expect(ran.out).toBe(
      "restarted  public/default/a\nfailed  public/default/b: Function b doesn't exist [CLUSTER_REFUSED, HTTP 404]",
    );
    expect((await runAt(service, ['start', 'test', 'a', '--json'])).code).toBe(1);
  });
});
