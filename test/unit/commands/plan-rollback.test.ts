import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { planRollback } from '../../../src/commands/plan-rollback.js';
import { recordPlan } from '../../../src/commands/record-plan.js';
import { rollback } from '../../../src/commands/rollback.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { hashOf } from '../../../src/core/canonical.js';
import { planHash } from '../../../src/core/plan-hash.js';
import { shortDigest } from '../../../src/core/package-digest.js';
import type { TaskRequested } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent, type Step } from '../../support/scenario.js';

const { given } = scenario(planRollback);
const DIGEST = 'ab'.repeat(32);

const release = (number: number, parallelism: number): Step[] => [
  sent(stageConfigs, { configs: [functionConfig('a', { parallelism })] }),
  sent(commitStagedTo('test'), {}),
  deployed('test', number, { packageSha256: DIGEST }),
  sent(unStage, { all: true }),
];
const two = [...release(1, 1), ...release(2, 2)];

describe('plan-rollback', () => {
  it('asks what the rollback would write, with the packages that were deployed then', async () => {
    const happened = await given(...two)
      .when({ environment: 'test', allowRecreate: [fn('a')] })
      .thenEvents([
        {
          type: 'task-requested',
          operation: 'plan',
          stageSet: 'rollback-to-1',
          toRelease: 1,
          packages: [shortDigest(DIGEST)],
          allowRecreate: [fn('a')],
          effects: { first: 3, count: 1 },
        },
      ]);
    const { entries = [] } = happened.events[0] as TaskRequested;
    expect(entries).toEqual([[fn('a'), expect.any(String), 0, 'function']]);
    expect(happened.result).toMatchObject({ toRelease: 1, plan: 'plan:default:test:rollback-to-1' });
    expect(happened.documents.has('release:default:test:00000003')).toBe(false);
  });

  it('refuses what the rollback refuses', async () => {
    await given().when({ environment: 'test' }).thenRejects('NO_EARLIER_RELEASE');
    await given(...two)
      .when({ environment: 'test', names: [fn('x')] })
      .thenRejects('UNKNOWN_NAME', [fn('x')]);
    await given(...release(1, 1))
      .when({ environment: 'test', toRelease: 1 })
      .thenRejects('NOTHING_TO_ROLL_BACK');
  });

  it('is told by the rollback, and kept by its release, if it is about the same', async () => {
    const none = await scenario(rollback)
      .given(...two)
      .when({ environment: 'test' })
      .thenAccepted({ plan: 'none for this content' });
    const made = none.events[0] as { entries: [string, string, number, string][] };
    const content = made.entries.map(([name, contentHash]) => ({ function: name, contentHash }));
    const task = '00000000-0000-7000-8000-000000000010';
    const planned: Step[] = [
      sent(planRollback, { environment: 'test' }),
      sent(
        recordPlan,
        {
          environment: 'test',
          task,
          stageSet: 'rollback-to-1',
          contentHash: planHash(content),
          run: hashOf('run'),
          part: 0,
          parts: 1,
          functions: [],
        },
        { via: 'results' },
      ),
    ];
    const happened = await scenario(rollback)
      .given(...two, ...planned)
      .when({ environment: 'test' })
      .thenAccepted({ plan: { task } });
    expect(happened.documents.get('release:default:test:00000003')).toMatchObject({ plan: { task } });
  });
});
