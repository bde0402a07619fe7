import { importDeployed } from '../../../src/commands/import-deployed.js';
import { scenario } from '../../support/scenario.js';

const { given } = scenario(importDeployed);

describe('import-deployed', () => {
  it('asks a deployer what runs in a tenant, or in one of its namespaces', async () => {
    await given()
      .when({ environment: 'test', tenant: 'public' })
      .thenEvents([{ type: 'task-requested', operation: 'import', import: { tenant: 'public' } }]);
    await given()
      .when({ environment: 'test', tenant: 'public', namespace: 'default', names: ['public/default/a'] })
      .thenEvents([{ import: { tenant: 'public', namespace: 'default' }, names: ['public/default/a'] }]);
  });

  it('takes only names of that place', async () => {
    await given()
      .when({ environment: 'test', tenant: 'public', names: ['other/default/a'] })
      .thenInvalid({ '/params/names/0': 'INVALID_COMMAND' });
  });

  it('refuses an environment that is not in force', async () => {
    await given().when({ environment: 'staging', tenant: 'public' }).thenRejects('UNKNOWN_NAME');
  });
});
