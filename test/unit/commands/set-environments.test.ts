import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';

const fresh = scenario(setEnvironments, { environments: [] });
const { given } = scenario(setEnvironments);
const stage = sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] });
const toTest = sent(commitStagedTo('test'), {});
const REAL = { name: 'prod', adminUrl: 'https://pulsar.example.com' };

describe('set-environments', () => {
  it('adds environments in promotion order', async () => {
    await fresh
      .given()
      .when({ environments: [{ name: 'test' }, REAL] })
      .thenDocuments({
        'environment:test': { order: 0, target: { kind: 'sandbox' }, since: 1 },
        'environment:prod': { order: 1, target: { kind: 'pulsar', adminUrl: 'https://pulsar.example.com' } },
      });
    await fresh
      .given()
      .when({ environments: [{ name: 'test' }, REAL] })
      .thenAccepted({
        added: [
          { name: 'test', order: 0, target: 'sandbox' },
          { name: 'prod', order: 1, target: 'pulsar' },
        ],
        changed: [],
        removed: [],
      });
  });

  it('changes a target and says since when', async () => {
    await given()
      .when({ environments: [{ name: 'test' }, REAL] })
      .thenDocuments({ 'environment:prod': { since: 2 }, 'environment:test': { since: 1 } });
  });

  it('changes nothing where nothing differs, whatever the spelling', async () => {
    const spelled = { name: 'prod', adminUrl: 'HTTPS://Pulsar.Example.com:443/' };
    await fresh
      .given(sent(setEnvironments, { environments: [REAL] }))
      .when({ environments: [spelled] })
      .thenEvents([]);
  });

  it('moves an environment without touching its target', async () => {
    await given()
      .when({ environments: [{ name: 'prod' }, { name: 'test' }] })
      .thenDocuments({
        'environment:prod': { order: 0, since: 1 },
        'environment:test': { order: 1, since: 1 },
      });
  });

  it('changes what a commit needs, with every field, and nothing where nothing differs', async () => {
    const environments = [{ name: 'test' }, { name: 'prod', approvals: { required: 2 } }];
    const inFull = { required: 2, fourEyes: true, roles: ['approver'], planMaxAgeMinutes: 60 };
    const { world } = await given()
      .when({ environments })
      .thenDocuments({ 'environment:prod': { since: 1, approvals: inFull } });
    await sent(setEnvironments, { environments })(world);
    expect(world.records.at(-1)?.events).toEqual([]);
    await sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] })(world);
    expect(world.document('environment:prod', 'environment').approvals).toBeUndefined();
  });

  it('removes an environment that holds nothing', async () => {
    await given()
      .when({ environments: [{ name: 'test' }] })
      .thenDocuments({ 'environment:prod': undefined });
  });

  describe('removing one that holds functions', () => {
    const environments = [{ name: 'prod' }];

    it('is refused, any project counted', async () => {
      const { problem } = await given(stage, toTest)
        .when({ environments }, { project: 'pricing' })
        .thenRejects('ENVIRONMENT_IN_USE', ['test']);
      expect(problem?.errors?.[0]?.detail).toContain(`${fn('a')} and 1 more`);
    });

    it('is allowed once their deletion has succeeded', async () => {
      const remove = sent(stageConfigs, { remove: [fn('a'), fn('b')] });
      await given(stage, toTest, deployed('test', 1), remove, toTest)
        .when({ environments })
        .thenRejects('ENVIRONMENT_IN_USE');
      await given(stage, toTest, deployed('test', 1), remove, toTest, deployed('test', 2))
        .when({ environments })
        .thenAccepted({ removed: ['test'] });
    });
  });

  it('finds wrong names and addresses', async () => {
    await fresh
      .given()
      .when({ environments: [{ name: 'token' }, { name: 'test' }, { name: 'test' }] })
      .thenInvalid({
        '/params/environments/0/name': 'INVALID_COMMAND',
        '/params/environments/2/name': 'INVALID_COMMAND',
      });
    await fresh
      .given()
      .when({
        environments: [
          { name: 'a', adminUrl: 'pulsar://broker:6650' },
          { name: 'b', adminUrl: 'http://me:secret@broker' },
          { name: 'c', adminUrl: 'http://broker?x=1' },
        ],
      })
      .thenInvalid({
        '/params/environments/0/adminUrl': 'INVALID_COMMAND',
        '/params/environments/1/adminUrl': 'INVALID_COMMAND',
        '/params/environments/2/adminUrl': 'INVALID_COMMAND',
      });
    await fresh.given().when({ environments: [] }).thenInvalid({ '/params/environments': 'INVALID_COMMAND' });
  });

  it('lets `constructor` be a name like any other', async () => {
    const environments = [{ name: 'constructor' }, { name: 'prod' }];
    await scenario(commitStagedTo('constructor'), { environments })
      .given(sent(stageConfigs, { stageSet: 'constructor', configs: [functionConfig('a')] }))
      .when({ stageSet: 'constructor' })
      .thenAccepted({ release: 1 });
  });
});
