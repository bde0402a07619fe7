import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { mergeStageSets } from '../../../src/commands/merge-stage-sets.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(unStage);
const stage = sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] });

describe('un-stage', () => {
  it('takes named entries out and leaves the others', async () => {
    await given(stage)
      .when({ names: [fn('a')] })
      .thenEvents([
        {
          type: 'configs-unstaged',
          reason: 'un-staged',
          counts: { apply: 1, delete: 0 },
          functions: [fn('a')],
        },
      ]);
    await given(stage)
      .when({ names: [fn('a')] })
      .thenDocuments({
        [`staged:default:main:${fn('a')}`]: undefined,
        [`staged:default:main:${fn('b')}`]: { kind: 'staged' },
        'stage-set:default:main': { state: 'open', counts: { apply: 1, delete: 0 } },
      });
  });

  it('forgets a function that was staged only', async () => {
    await given(stage)
      .when({ all: true })
      .thenDocuments({ [`function:${fn('a')}`]: undefined });
  });

  it('keeps what an environment has', async () => {
    await given(stage, sent(commitStagedTo('test'), {}))
      .when({ all: true })
      .thenDocuments({
        [`function:${fn('a')}`]: { staged: {}, environments: { test: { release: 1 } } },
        [`deployment:default:test:00000001:${fn('a')}`]: { state: 'committed' },
      });
  });

  it('takes all entries out, and is content with none', async () => {
    await given(stage).when({ all: true }).thenAccepted({ unstaged: 2, entries: 0 });
    await given(stage, sent(unStage, { all: true }))
      .when({ all: true })
      .thenEvents([]);
  });

  it('refuses an unknown name and takes nothing out', async () => {
    await given(stage)
      .when({ names: [fn('a'), fn('c')] })
      .thenRejects('UNKNOWN_NAME', [fn('c')]);
  });

  it('refuses an unknown set, and one that was merged into another', async () => {
    await given().when({ all: true }).thenRejects('UNKNOWN_STAGE_SET');
    await given(stage, sent(mergeStageSets, { from: ['main'], into: 'all' }))
      .when({ all: true })
      .thenRejects('UNKNOWN_STAGE_SET');
  });

  it("does not see another project's set", async () => {
    await given(stage).when({ all: true }, { project: 'pricing' }).thenRejects('UNKNOWN_STAGE_SET');
  });

  it('needs either names or all', async () => {
    await given(stage).when({}).thenInvalid({ '/params': 'INVALID_COMMAND' });
    await given(stage)
      .when({ names: [fn('a')], all: true })
      .thenInvalid({ '/params': 'INVALID_COMMAND' });
    await given(stage).when({ names: [] }).thenInvalid({ '/params/names': 'INVALID_COMMAND' });
  });
});
