import { freeze } from '../../../src/commands/freeze.js';
import { unfreeze } from '../../../src/commands/unfreeze.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(unfreeze);
const test = { environment: 'test' };

describe('unfreeze', () => {
  it('ends a freeze', async () => {
    const { world } = await given(sent(freeze, { ...test, reason: 'x' }))
      .when({ ...test, note: 'over' })
      .thenEvents([{ type: 'environment-unfrozen', environment: 'test', note: 'over' }]);
    expect(world.document('environment:test', 'environment').frozen).toBeUndefined();
  });

  it('rejects with NOT_FROZEN where there is none, or it has ended by itself', async () => {
    await given().when(test).thenRejects('NOT_FROZEN');
    const { problem } = await given(sent(freeze, { ...test, reason: 'x', until: '2026-01-01T01:00:00Z' }))
      .when(test, { laterMs: 3_600_000 })
      .thenRejects('NOT_FROZEN');
    expect(problem?.detail).toContain('its freeze ended at 2026-01-01T01:00:00.000Z');
    await given().when({ environment: 'moon' }).thenRejects('UNKNOWN_NAME');
  });
});
