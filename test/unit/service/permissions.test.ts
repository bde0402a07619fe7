import { loadConfig } from '../../../src/config.js';
import { permissionPlans } from '../../../src/service/permissions.js';
import type { TopicPermissions } from '../../../src/ports/topic-admin.js';

const ROLES = {
  STAGELINE_PULSAR_ROLE: 'writer',
  STAGELINE_PULSAR_COMMANDS_ROLES: 'sender',
  STAGELINE_PULSAR_READER_ROLES: 'reader',
  STAGELINE_PULSAR_HTTP_ROLES: 'door',
  STAGELINE_PULSAR_ROUTER_ROLES: 'router',
  STAGELINE_PULSAR_DEPLOYER_ROLES: 'prod=deployer-prod,deployer',
};

function plansOf(env: Record<string, string>): Map<string, TopicPermissions> {
  const config = loadConfig({ env: { STAGELINE_BUS: 'pulsar-ws', ...env }, cwd: '/nowhere' });
  const plans = config.roles === undefined ? [] : permissionPlans(config, config.roles);
  return new Map(plans.map((plan) => [plan.topic.replace(/^.*\/ops\//, ''), plan]));
}

describe('permissions that init sets', () => {
  const plans = plansOf(ROLES);

  it('let the processor alone write the journal, and those who follow it read it', () => {
    expect(plans.get('stageline/journal')).toEqual({
      topic: 'persistent://ops/stageline/journal',
      exclusive: true,
      roles: {
        writer: ['produce', 'consume'],
        reader: ['consume'],
        door: ['consume'],
        router: ['consume'],
        'deployer-prod': ['consume'],
        deployer: ['consume'],
      },
    });
    expect([...plans.values()].filter(({ exclusive }) => exclusive)).toHaveLength(1);
  });

  it('let a sender send commands and read replies, and nothing else', () => {
    const given = [...plans].flatMap(([name, { roles }]) =>
      (roles['sender'] ?? []).map((action) => `${action} ${name}`),
    );
    expect(given).toEqual(['produce stageline/commands', 'consume stageline/replies']);
  });

  it('let a deployer read its own environment', () => {
    expect(plans.get('deployment-automation/prod')?.roles).toMatchObject({
      'deployer-prod': ['consume'],
      deployer: ['consume'],
      router: ['produce'],
    });
    expect(plans.get('deployment-automation/test')?.roles).not.toHaveProperty('deployer-prod');
    expect(plans.get('deployment-automation/results')?.roles).toMatchObject({ 'deployer-prod': ['produce'] });
  });

  it('are none where no role is named', () => {
    expect(plansOf({}).size).toBe(0);
  });
});
