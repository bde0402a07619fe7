import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { plan } from '../../../src/commands/plan.js';
import { recordTask } from '../../../src/commands/record-task.js';
import { restartFunctions } from '../../../src/commands/restart-functions.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';

const { given } = scenario(recordTask, { via: 'results' });
const stage = sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] });
const restart = [
  stage,
  sent(commitStagedTo('test'), {}),
  deployed('test', 1),
  sent(restartFunctions, { environment: 'test', names: [fn('a'), fn('b')] }),
];
const task = '00000000-0000-7000-8000-000000000005';
const at = { environment: 'test', task };
const id = `task:default:test:${task}`;
const done = (name: string) => ({ function: fn(name), outcome: 'done' as const, answer: { status: 204 } });
const failed = (name: string) => ({
  function: fn(name),
  outcome: 'failed' as const,
  answer: { status: 404 },
});
const record = (...results: object[]) => sent(recordTask, { ...at, results } as never, { via: 'results' });

describe('record-task', () => {
  it('keeps what came of each function, and ends the task with the last of them', async () => {
    await given(...restart)
      .when({ ...at, results: [done('a')] })
      .thenDocuments({ [id]: { state: 'requested', counts: { done: 1, failed: 0 }, results: [done('a')] } });
    await given(...restart, record(done('a')))
      .when({ ...at, results: [done('b')] })
      .thenDocuments({
        [id]: { state: 'done', counts: { done: 2, failed: 0 }, finishedAt: '2026-01-01T00:00:07.000Z' },
      });
  });

  it('calls a task failed when one of its functions is', async () => {
    await given(...restart)
      .when({ ...at, results: [failed('a'), done('b')] })
      .thenDocuments({ [id]: { state: 'failed', counts: { done: 1, failed: 1 } } });
  });

  it('takes the first outcome of a function and no other', async () => {
    const happened = await given(...restart, record(done('a')))
      .when({ ...at, results: [failed('a')] })
      .thenEvents([]);
    expect(happened.result).toMatchObject({ recorded: 0, ignored: 1, state: 'requested' });
    await given(...restart, record(done('a'), done('b')))
      .when({ ...at, end: 'failed', code: 'TASK_OVERDUE' })
      .thenEvents([]);
  });

  it('ends a task as a whole, with the reason', async () => {
    const request = sent(plan, { environment: 'test' });
    const planning = '00000000-0000-7000-8000-000000000003';
    await given(stage, request)
      .when({
        environment: 'test',
        task: planning,
        end: 'failed',
        code: 'CLUSTER_UNREACHABLE',
        reason: 'no answer',
      })
      .thenDocuments({
        [`task:default:test:${planning}`]: {
          state: 'failed',
          code: 'CLUSTER_UNREACHABLE',
          reason: 'no answer',
        },
      });
  });

  it('refuses tasks and functions that it does not know, and a report without anything', async () => {
    await given(...restart)
      .when({ environment: 'prod', task, end: 'done' })
      .thenRejects('UNKNOWN_TASK');
    await given(...restart)
      .when({ ...at, results: [done('x')] })
      .thenRejects('UNKNOWN_NAME', [fn('x')]);
    await given(...restart)
      .when(at)
      .thenInvalid({ '/params': 'INVALID_COMMAND' });
  });
});
