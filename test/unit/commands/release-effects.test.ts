import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { freeze } from '../../../src/commands/freeze.js';
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

  it('lets nothing into a frozen environment, also not what would go along, unless somebody overrides it', async () => {
    const frozen = sent(freeze, { environment: 'test', reason: 'an audit' });
    await given(...releases, frozen)
      .when({ environment: 'test', release: 1 })
      .thenRejects('ENVIRONMENT_FROZEN');
    const override = { reason: 'agreed with the auditors' };
    await given(...releases, frozen)
      .when({ environment: 'test', release: 1, override })
      .thenRejects('DENIED');
    const actor = { name: 'olga', roles: ['operator', 'overrider'] };
    await given(...releases, frozen)
      .when({ environment: 'test', release: 1, override }, { actor })
      .thenEvents([{ type: 'effects-released', override: { by: 'olga', passed: ['ENVIRONMENT_FROZEN'] } }]);
  });

  it('keeps where in the journal that was said, until all of it is published', async () => {
    const release = (number: number) => sent(releaseEffects, { environment: 'test', release: number });
    const { world } = await given(...releases, release(2), release(1))
      .when({ environment: 'test', release: 1 })
      .thenAccepted();
    const { position } = world;
    const id = `effects:${TOPIC}`;
    expect(world.document(id, 'effects').releases).toEqual([
      { through: 4, position: position - 2 },
      { through: 2, position },
    ]);
    const noted = async (through: number) => {
      await sent(noteEffectsPublished, { topic: TOPIC, through })(world);
      return world.document(id, 'effects').releases;
    };
    expect(await noted(2)).toEqual([{ through: 4, position: position - 2 }]);
    expect(await noted(4)).toBeUndefined();
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
