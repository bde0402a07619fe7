import { plan } from '../../../src/commands/plan.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent } from '../../support/scenario.js';
import { TOPIC } from '../../support/world.js';

const { given } = scenario(plan);
const stage = (...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name)) });

describe('plan', () => {
  it('asks for a task that is named by the command, with one effect', async () => {
    const happened = await given(stage('a', 'b'))
      .when({ environment: 'test' })
      .thenEvents([
        {
          type: 'task-requested',
          environment: 'test',
          operation: 'plan',
          stageSet: 'main',
          target: { kind: 'sandbox' },
          effects: { topic: TOPIC, first: 1, count: 1 },
        },
      ]);
    const task = '00000000-0000-7000-8000-000000000003';
    expect(happened.result).toMatchObject({
      environment: 'test',
      target: 'sandbox',
      task,
      document: `task:default:test:${task}`,
      plan: 'plan:default:test:main',
    });
    expect(happened.documents.get(`task:default:test:${task}`)).toMatchObject({
      state: 'requested',
      requested: 3,
      requestedBy: 'alice',
      of: 1,
      counts: { done: 0, failed: 0 },
    });
    expect(happened.documents.get(`effects:${TOPIC}`)).toMatchObject({
      next: 2,
      pending: [{ task, position: 3, first: 1, count: 1 }],
    });
  });

  it('is numbered behind the deployments that are owed, and deployments behind it', async () => {
    const happened = await given(
      stage('a', 'b'),
      sent(commitStagedTo('test'), {}),
      sent(plan, { environment: 'test' }),
    )
      .when({ environment: 'test', names: [fn('b')] })
      .thenEvents([{ effects: { first: 4 }, names: [fn('b')] }]);
    expect(happened.documents.get(`effects:${TOPIC}`)).toMatchObject({
      next: 5,
      pending: [{ release: 1 }, { first: 3 }, { first: 4 }],
    });
  });

  it('refuses an empty set, an entry that is not there and an environment that is not in force', async () => {
    await given().when({ environment: 'test' }).thenRejects('STAGE_SET_EMPTY');
    await given(stage('a'))
      .when({ environment: 'test', names: [fn('a'), fn('x')] })
      .thenRejects('UNKNOWN_NAME', [fn('x')]);
    await given(stage('a')).when({ environment: 'nowhere' }).thenRejects('UNKNOWN_NAME', ['nowhere']);
  });
});
