import { largeStageSet } from '../support/large-stage-set.js';

describe('a stage set of 5,000 functions on the embedded bus', () => {
  it('is filled by many calls, committed at once and deployed', async () => {
    const { release, set } = await largeStageSet({});
    expect(release).toMatchObject({ state: 'succeeded', of: 5_000, counts: { deployed: 5_000 } });
    expect(set).toMatchObject({ counts: { apply: 5_000, delete: 0 } });
  }, 300_000);
});
