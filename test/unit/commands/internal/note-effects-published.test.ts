import { commitStagedTo } from '../../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../../src/commands/internal/note-effects-published.js';
import { stageConfigs } from '../../../../src/commands/stage-configs.js';
import { functionConfig } from '../../../support/configs.js';
import { scenario, sent } from '../../../support/scenario.js';
import { TOPIC } from '../../../support/world.js';

const { given } = scenario(noteEffectsPublished, { project: 'stageline', via: 'internal' });
const release = [
  sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] }),
  sent(commitStagedTo('test'), {}),
  sent(commitStagedTo('test'), {}),
];

describe('note-effects-published', () => {
  it('notes how far a topic is, and keeps what is still owed', async () => {
    await given(...release)
      .when({ topic: TOPIC, through: 2 })
      .thenDocuments({
        [`effects:${TOPIC}`]: { published: 2, next: 5, pending: [{ release: 2, first: 3 }] },
      });
    await given(...release)
      .when({ topic: TOPIC, through: 3 })
      .thenDocuments({ [`effects:${TOPIC}`]: { published: 3, pending: [{ release: 2 }] } });
  });

  it('never goes back', async () => {
    await given(...release, sent(noteEffectsPublished, { topic: TOPIC, through: 4 }))
      .when({ topic: TOPIC, through: 2 })
      .thenEvents([]);
  });

  it('leaves an audit and takes no id', async () => {
    const { world } = await given(...release)
      .when({ topic: TOPIC, through: 4 })
      .thenAccepted();
    const kinds = [...world.versions]
      .filter(([, { position }]) => position === world.position)
      .map(([id]) => id);
    expect(kinds.sort()).toEqual([`audit:${String(world.position).padStart(8, '0')}`, `effects:${TOPIC}`]);
  });
});
