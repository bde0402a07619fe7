import { addEnvironments } from '../../../src/commands/internal/add-environments.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import type { EnvironmentSetting } from '../../../src/core/types.js';
import { environmentCommands } from '../../../src/processor/environments.js';
import type { Overlay } from '../../../src/processor/overlay.js';
import { sent, worldOf } from '../../support/scenario.js';

const started = async (inForce: EnvironmentSetting[], configured: EnvironmentSetting[]) => {
  const world = await worldOf([sent(setEnvironments, { environments: inForce })]);
  return environmentCommands({ load: world.load } as Overlay, configured);
};
const prod = (approvals?: EnvironmentSetting['approvals']): EnvironmentSetting =>
  approvals === undefined ? { name: 'prod' } : { name: 'prod', approvals };

describe('the environments of the configuration, at the start of a term', () => {
  it('are those in force, defaults spelled out or not', async () => {
    const inFull = { required: 1, fourEyes: true, roles: ['approver' as const], planMaxAgeMinutes: 60 };
    expect(await started([prod({ required: 1 })], [prod(inFull)])).toEqual([]);
  });

  it('bring their policies where they are new', async () => {
    const [command] = await started([{ name: 'test' }], [{ name: 'test' }, prod({ required: 2 })]);
    expect(command).toMatchObject({
      definition: { name: addEnvironments.name },
      params: {
        environments: [{ name: 'test' }, { name: 'prod', approvals: { required: 2, fourEyes: true } }],
      },
    });
  });

  it('do not start a term where the policy differs, weaker or stronger, and say what differs', async () => {
    const differing: [EnvironmentSetting, EnvironmentSetting, string][] = [
      [
        prod({ required: 2 }),
        prod({ required: 1, fourEyes: false }),
        'a commit to "prod" needs 2 of approver, four eyes, a plan of less than 60 minutes, configured is 1 of approver, a plan of less than 60 minutes',
      ],
      [prod({ required: 2 }), prod(), 'configured is no approval'],
      [prod(), prod({ required: 1 }), 'a commit to "prod" needs no approval, configured is 1 of approver'],
    ];
    for (const [inForce, configured, text] of differing) {
      await expect(started([inForce], [configured])).rejects.toMatchObject({
        code: 'INVALID_CONFIG',
        message: expect.stringContaining(text) as string,
      });
    }
  });
});
