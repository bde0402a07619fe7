import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { plan } from '../../../src/commands/plan.js';
import { recordPlan } from '../../../src/commands/record-plan.js';
import { recordTask } from '../../../src/commands/record-task.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { hashOf } from '../../../src/core/canonical.js';
import { planHash } from '../../../src/core/plan-hash.js';
import type { FunctionPlan, RecordPlanParams } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent, worldOf, type Step } from '../../support/scenario.js';

const { given } = scenario(recordPlan, { via: 'results' });
const stage = sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] });
const asked = [stage, sent(plan, { environment: 'test' })];
const taskAt = (position: number): string => `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`;
const task = taskAt(3);
const PLAN = 'plan:default:test:main';
const planned = (name: string): string => `planned:default:test:main:${fn(name)}`;

const one = (name: string, operation: FunctionPlan['operation'] = 'update'): FunctionPlan => ({
  function: fn(name),
  workload: 'function',
  contentHash: hashOf(name),
  operation,
  changes: [],
  restarts: false,
  package: 'kept',
  notices: operation === 'blocked' ? [{ code: 'PACKAGE_NOT_FOUND', blocks: true, detail: 'it is gone' }] : [],
});
const report = (functions: FunctionPlan[], more: Partial<RecordPlanParams> = {}): RecordPlanParams => ({
  environment: 'test',
  task,
  stageSet: 'main',
  contentHash: hashOf('content'),
  run: hashOf('run'),
  part: 0,
  parts: 1,
  functions,
  ...more,
});
const recorded = (functions: FunctionPlan[], more: Partial<RecordPlanParams> = {}): Step =>
  sent(recordPlan, report(functions, more), { via: 'results' });

describe('record-plan', () => {
  it('keeps the plan and what it says of each function, and ends its task', async () => {
    const happened = await given(...asked)
      .when(report([one('a'), one('b', 'blocked')]))
      .thenAccepted();
    expect(happened.documents.get(PLAN)).toMatchObject({
      task,
      requested: 3,
      complete: true,
      plannedAt: '2026-01-01T00:00:04.000Z',
      summary: { functions: 2, counts: { update: 1, blocked: 1 }, notices: 1, blocked: [fn('b')] },
    });
    expect(happened.documents.get(planned('a'))).toMatchObject({ task, plan: one('a') });
    expect(happened.documents.get(`task:default:test:${task}`)).toMatchObject({
      state: 'done',
      plan: { functions: 2, received: 1 },
    });
  });

  it('is complete when the last part is there, and sums up over the parts', async () => {
    const first = { part: 0, parts: 2 };
    await given(...asked)
      .when(report([one('a')], first))
      .thenDocuments({ [PLAN]: { complete: false, summary: { received: 1, functions: 1 } } });
    await given(...asked, recorded([one('a')], first))
      .when(report([one('b', 'create')], { part: 1, parts: 2 }))
      .thenDocuments({
        [PLAN]: { complete: true, summary: { received: 2, functions: 2, counts: { update: 1, create: 1 } } },
      });
  });

  it('leaves out a part that it has, one out of turn, and all that comes when the plan is complete', async () => {
    const two = { parts: 2 };
    await given(...asked, recorded([one('a')], two))
      .when(report([one('a')], two))
      .thenEvents([]);
    await given(...asked)
      .when(report([one('b')], { part: 1, parts: 2 }))
      .thenEvents([]);
    await given(...asked, recorded([one('a')]))
      .when(report([one('a')], { run: hashOf('other') }))
      .thenEvents([]);
  });

  it('begins anew with the deployer that took over, whatever the first one still sends', async () => {
    const two = { parts: 2 };
    const other = { parts: 2, run: hashOf('other') };
    const both = [...asked, recorded([one('a')], two), recorded([one('a', 'create')], other)];
    await given(...both)
      .when(report([one('b')], { ...two, part: 1 }))
      .thenEvents([]);
    await given(...both)
      .when(report([one('b')], { ...other, part: 1 }))
      .thenDocuments({
        [PLAN]: { complete: true, summary: { functions: 2, counts: { create: 1, update: 1 } } },
      });
  });

  it('takes away what an earlier plan said of functions that the newer one does not have', async () => {
    const newer = taskAt(5);
    const both = [
      ...asked,
      recorded([one('a'), one('b')]),
      sent(plan, { environment: 'test', names: [fn('a')] }),
    ];
    const happened = await given(...both)
      .when(report([one('a')], { task: newer }))
      .thenAccepted();
    expect(happened.events).toMatchObject([{ gone: [fn('b')] }]);
    expect(happened.documents.get(planned('a'))).toMatchObject({ task: newer });
    expect(happened.documents.has(planned('b'))).toBe(false);
  });

  it('does not replace a plan that was asked for later', async () => {
    const both = [...asked, sent(plan, { environment: 'test' }), recorded([one('a')], { task: taskAt(4) })];
    const happened = await given(...both)
      .when(report([one('a', 'blocked'), one('b')]))
      .thenAccepted();
    expect(happened.documents.get(PLAN)).toMatchObject({ task: taskAt(4), summary: { functions: 1 } });
    expect(happened.documents.get(planned('a'))).toMatchObject({ task: taskAt(4) });
    expect(happened.documents.get(`task:default:test:${task}`)).toMatchObject({ state: 'done' });
  });

  it('refuses what nobody asked for', async () => {
    await given(stage)
      .when(report([one('a')]))
      .thenRejects('UNKNOWN_TASK');
    await given(...asked)
      .when(report([one('a')], { stageSet: 'other' }))
      .thenRejects('UNKNOWN_TASK');
    const ended = sent(recordTask, { environment: 'test', task, end: 'failed' }, { via: 'results' });
    await given(...asked, ended)
      .when(report([one('a')]))
      .thenEvents([]);
  });
});

describe('a commit', () => {
  const commit = scenario(commitStagedTo('test'));

  /** A plan of exactly what is staged. */
  const withPlan = async (): Promise<Step[]> => {
    const world = await worldOf([
      sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }),
      stage,
    ]);
    const entries = ['a', 'b'].map((name) => world.document(`staged:default:main:${fn(name)}`, 'staged'));
    return [...asked, recorded([one('a'), one('b', 'blocked')], { contentHash: planHash(entries) })];
  };

  it('tells the newest plan of what it commits, and the release keeps which it was', async () => {
    const happened = await commit
      .given(...(await withPlan()))
      .when({})
      .thenAccepted({
        plan: {
          task,
          time: '2026-01-01T00:00:04.000Z',
          ageSeconds: 1,
          operations: { update: 1, blocked: 1 },
          notices: 1,
          blocked: [fn('b')],
        },
      });
    expect(happened.documents.get('release:default:test:00000001')).toMatchObject({
      plan: { task, time: '2026-01-01T00:00:04.000Z' },
    });
  });

  it('says that there is none for other content, for a part of the set, and for another target', async () => {
    const none = { plan: 'none for this content' };
    const planned = await withPlan();
    const changed = sent(stageConfigs, { configs: [functionConfig('a', { parallelism: 7 })] });
    const moved = sent(setEnvironments, {
      environments: [{ name: 'test', adminUrl: 'http://one' }, { name: 'prod' }],
    });
    await commit.given(stage).when({}).thenAccepted(none);
    await commit
      .given(...planned, changed)
      .when({})
      .thenAccepted(none);
    await commit
      .given(...planned)
      .when({ names: [fn('a')] })
      .thenAccepted(none);
    const happened = await commit
      .given(...planned, moved)
      .when({})
      .thenAccepted(none);
    expect(happened.documents.get('release:default:test:00000001')).not.toHaveProperty('plan');
  });
});
