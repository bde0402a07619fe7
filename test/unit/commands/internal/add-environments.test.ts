import { addEnvironments } from '../../../../src/commands/internal/add-environments.js';
import { targetOf } from '../../../../src/core/environments.js';
import { scenario } from '../../../support/scenario.js';

const configured = (...names: string[]) => ({
  environments: names.map((name) => ({ name, target: targetOf({ adminUrl: `http://${name}` }) })),
});
const started = scenario(addEnvironments, { project: 'stageline', via: 'internal' });
const fresh = scenario(addEnvironments, { environments: [], via: 'internal' });

describe('add-environments', () => {
  it('adds all at the first start', async () => {
    await fresh
      .given()
      .when(configured('test', 'prod'))
      .thenDocuments({ 'environment:test': { order: 0 }, 'environment:prod': { order: 1 } });
  });

  it('adds those that are new and leaves targets in force alone', async () => {
    await started
      .given()
      .when(configured('test', 'prod', 'canary'))
      .thenEvents([{ type: 'environments-set', environments: [{ name: 'canary', order: 2 }], removed: [] }]);
    await started
      .given()
      .when(configured('test', 'prod', 'canary'))
      .thenDocuments({ 'environment:prod': { target: { kind: 'sandbox' } } });
  });

  it('puts a new one where the configuration has it', async () => {
    await started
      .given()
      .when(configured('test', 'staging', 'prod'))
      .thenDocuments({
        'environment:test': { order: 0, since: 1 },
        'environment:staging': { order: 1 },
        'environment:prod': { order: 2, since: 1, target: { kind: 'sandbox' } },
      });
    await started
      .given()
      .when(configured('dev', 'local', 'test', 'prod'))
      .thenDocuments({
        'environment:dev': { order: 0 },
        'environment:local': { order: 1 },
        'environment:test': { order: 2 },
      });
  });

  it('brings the policies of new ones, and leaves those in force, also where they move', async () => {
    const approvals = { required: 1, fourEyes: true, roles: ['approver' as const], planMaxAgeMinutes: 60 };
    const { environments } = configured('dev', 'test', 'prod');
    await scenario(addEnvironments, {
      environments: [{ name: 'test', approvals: { required: 2 } }, { name: 'prod' }],
      via: 'internal',
    })
      .given()
      .when({ environments: environments.map((one) => ({ ...one, approvals })) })
      .thenDocuments({
        'environment:dev': { order: 0, approvals },
        'environment:test': { order: 1, approvals: { required: 2 } },
      });
  });

  it('puts one behind all where it is given alone', async () => {
    await started
      .given()
      .when(configured('canary'))
      .thenDocuments({ 'environment:canary': { order: 2 } });
  });

  it('says nothing where none is new', async () => {
    await started.given().when(configured('prod', 'test')).thenEvents([]);
  });
});
