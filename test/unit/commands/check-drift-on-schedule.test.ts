import { checkDriftOnSchedule } from '../../../src/commands/check-drift-on-schedule.js';
import { scenario } from '../../support/scenario.js';

const { given } = scenario(checkDriftOnSchedule, { via: 'results' });

describe('check-drift-on-schedule', () => {
  it('may come from a deployer, and asks the same', async () => {
    expect(checkDriftOnSchedule.role).toBe('service');
    await given()
      .when({ environment: 'test', repair: false })
      .thenEvents([{ type: 'task-requested', operation: 'check-drift', drift: {} }]);
  });
});
