import type { EffectsDocument } from '../../../src/core/types.js';
import type { Overlay } from '../../../src/processor/overlay.js';
import { refuseOwedElsewhere } from '../../../src/processor/owed-elsewhere.js';

const OLD = 'persistent://ops/deployment/old';
const NEW = 'persistent://ops/deployment/new';

function overlayWith(...documents: EffectsDocument[]): Pick<Overlay, 'load'> {
  const range = async () => documents.map((document) => ({ document, position: 1 }));
  return { load: { range } as unknown as Overlay['load'] };
}

const effects = (topic: string, counts: readonly number[]): EffectsDocument => ({
  kind: 'effects',
  topic,
  next: 10,
  published: 0,
  pending: counts.map((count, index) => ({
    project: 'default',
    environment: 'test',
    release: index + 1,
    position: index + 1,
    first: index * 10 + 1,
    count,
    time: '2026-01-01T00:00:00.000Z',
  })),
});

describe('deployments that are owed to a topic of another name', () => {
  it('keep the service from working, and it says how many, where to and what to do', async () => {
    await expect(refuseOwedElsewhere(overlayWith(effects(OLD, [2, 3])), NEW)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(
        /5 deployments are owed to persistent:\/\/ops\/deployment\/old/,
      ) as string,
    });
  });

  it('are no obstacle once they are out, nor are those of the topic itself', async () => {
    const overlay = overlayWith(effects(OLD, []), effects(NEW, [4]));
    await expect(refuseOwedElsewhere(overlay, NEW)).resolves.toBeUndefined();
  });
});
