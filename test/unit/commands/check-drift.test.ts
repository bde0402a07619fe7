import { checkDrift } from '../../../src/commands/check-drift.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(checkDrift);
const staged = sent(stageConfigs, { configs: [functionConfig('a')] });

describe('check-drift', () => {
  it('asks a deployer, once, for all functions or for some', async () => {
    const happened = await given(staged)
      .when({ environment: 'test', repair: true })
      .thenEvents([
        { type: 'task-requested', operation: 'check-drift', environment: 'test', drift: { repair: true } },
      ]);
    expect(happened.result).toMatchObject({ drift: 'drift:default:test' });
    await given(staged)
      .when({ environment: 'test', names: [fn('a')], packages: true })
      .thenEvents([{ operation: 'check-drift', names: [fn('a')], drift: { packages: true } }]);
  });

  it('refuses functions that are not known, or belong to another project', async () => {
    await given(staged)
      .when({ environment: 'test', names: [fn('b')] })
      .thenRejects('UNKNOWN_NAME');
    await given(staged)
      .when({ environment: 'test', names: [fn('a')] }, { project: 'pricing' })
      .thenRejects('OTHER_PROJECT');
  });

  it('refuses an environment that is not in force', async () => {
    await given().when({ environment: 'staging' }).thenRejects('UNKNOWN_NAME');
  });
});
