import { commitStagedTo } from '../../src/commands/commit-staged.js';
import type { CommandDefinition } from '../../src/core/decision.js';
import { stageConfigs } from '../../src/commands/stage-configs.js';
import { unStage } from '../../src/commands/un-stage.js';
import { fn, functionConfig } from './configs.js';
import { deployed, scenario, sent } from './scenario.js';

interface Params {
  readonly environment: string;
  readonly names: string[];
}

/** What holds of start-functions, stop-functions and restart-functions alike. */
export function operationCases<State>(command: CommandDefinition<Params, State>, operation: string): void {
  const { given } = scenario(command);
  const release = [
    sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b', { type: 'sink' })] }),
    sent(commitStagedTo('test'), {}),
    deployed('test', 1),
  ];

  describe(`${operation}-functions`, () => {
    it('asks for a task with one effect a function', async () => {
      const happened = await given(...release)
        .when({ environment: 'test', names: [fn('b'), fn('a')] })
        .thenEvents([
          {
            type: 'task-requested',
            operation,
            functions: [
              { function: fn('b'), workload: 'sink' },
              { function: fn('a'), workload: 'function' },
            ],
            effects: { first: 3, count: 2 },
          },
        ]);
      expect(happened.result).toMatchObject({ functions: 2 });
      expect(happened.documents.get(String(happened.result['document']))).toMatchObject({
        state: 'requested',
        operation,
        of: 2,
      });
    });

    it('refuses what the environment does not have, what another project has, and another environment', async () => {
      await given(...release)
        .when({ environment: 'prod', names: [fn('a')] })
        .thenRejects('UNKNOWN_NAME', [fn('a')]);
      await given(...release)
        .when({ environment: 'test', names: [fn('a'), fn('x')] })
        .thenRejects('UNKNOWN_NAME', [fn('x')]);
      await given(...release)
        .when({ environment: 'test', names: [fn('a')] }, { project: 'pricing' })
        .thenRejects('OTHER_PROJECT', [fn('a')]);
      await given(...release)
        .when({ environment: 'nowhere', names: [fn('a')] })
        .thenRejects('UNKNOWN_NAME', ['nowhere']);
    });

    it('refuses what was deleted', async () => {
      const remove = sent(stageConfigs, { remove: [fn('a')] });
      const again = [
        sent(unStage, { all: true }),
        remove,
        sent(commitStagedTo('test'), {}),
        deployed('test', 2),
      ];
      await given(...release, ...again)
        .when({ environment: 'test', names: [fn('a')] })
        .thenRejects('UNKNOWN_NAME', [fn('a')]);
    });
  });
}
