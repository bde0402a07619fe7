import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { releaseEffects } from '../../../src/commands/release-effects.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { functionConfig } from '../../support/configs.js';
import { scenario, sent } from '../../support/scenario.js';
import { TOPIC } from '../../support/world.js';

const { given } = scenario(releaseEffects);
const releases = [
  sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] }),
  sent(commitStagedTo('test'), {}),
  sent(commitStagedTo('test'), {}),
];

describe('release-effects', () => {
  it('releases everything up to the named release', async () => {
    await given(...releases)
      .when({ environment: 'test', release: 1 })
      .thenDocuments({ [`effects:${TOPIC}`]: { released: 2, published: 0, next: 5 } });
    await given(...releases)
      .when({ environment: 'test', release: 2 })
      .thenDocuments({ [`effects:${TOPIC}`]: { released: 4 } });
  });

  it('rejects with UNKNOWN_RELEASE what owes nothing', async () => {
    await given().when({ environment: 'test', release: 1 }).thenRejects('UNKNOWN_RELEASE');
    await given(...releases)
      .when({ environment: 'prod', release: 1 })
      .thenRejects('UNKNOWN_RELEASE');
    await given(...releases, sent(noteEffectsPublished, { topic: TOPIC, through: 2 }))
      .when({ environment: 'test', release: 1 })
      .thenRejects('UNKNOWN_RELEASE');
  });
});
