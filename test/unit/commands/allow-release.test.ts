import { allowRelease } from '../../../src/commands/allow-release.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { rejectRelease } from '../../../src/commands/reject-release.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(allowRelease);
const one = { environment: 'test', release: 1 };
const released = [sent(stageConfigs, { configs: [functionConfig('a')] }), sent(commitStagedTo('test'), {})];

describe('allow-release', () => {
  it('takes the rejection back', async () => {
    const { world } = await given(...released, sent(rejectRelease, { ...one, reason: 'x' }))
      .when({ ...one, note: 'it was the broker' })
      .thenEvents([{ type: 'release-allowed', release: 1, note: 'it was the broker' }]);
    expect(world.document('release:default:test:00000001', 'release').rejected).toBeUndefined();
    expect(world.document(`function:${fn('a')}`, 'function').rejected).toBeUndefined();
  });

  it('rejects with NOT_REJECTED and UNKNOWN_RELEASE', async () => {
    await given(...released)
      .when(one)
      .thenRejects('NOT_REJECTED');
    await given().when(one).thenRejects('UNKNOWN_RELEASE');
  });
});
