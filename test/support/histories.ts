import fc from 'fast-check';
import { commitStagedTo } from '../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../src/commands/internal/note-effects-published.js';
import { cancelDeployment } from '../../src/commands/cancel-deployment.js';
import { mergeStageSets } from '../../src/commands/merge-stage-sets.js';
import { plan } from '../../src/commands/plan.js';
import { recordDeployment } from '../../src/commands/record-deployment.js';
import { restartFunctions } from '../../src/commands/restart-functions.js';
import { releaseEffects } from '../../src/commands/release-effects.js';
import { resumeDeployment } from '../../src/commands/resume-deployment.js';
import { retryDeployment } from '../../src/commands/retry-deployment.js';
import { rollback } from '../../src/commands/rollback.js';
import { setEnvironments } from '../../src/commands/set-environments.js';
import { skipEffects } from '../../src/commands/skip-effects.js';
import { stageConfigs } from '../../src/commands/stage-configs.js';
import { unStage } from '../../src/commands/un-stage.js';
import type { AnyCommand } from '../../src/core/decision.js';
import type { EnvironmentSetting } from '../../src/core/types.js';
import { fn, functionConfig } from './configs.js';
import { about, report, reportPlan, reportTask, type Attempt } from './history-reports.js';
import { TOPIC, World, type SendOptions } from './world.js';

// Small sets of names, so that things meet. `constructor` is a valid name and a trap.
const name = fc.constantFrom('a', 'b', 'constructor');
const set = fc.constantFrom('main', 'main', 'main', 'other', 'constructor');
const environment = fc.constantFrom('test', 'prod');
const project = fc.constantFrom(...Array<string>(9).fill('default'), 'pricing');
const release = fc.integer({ min: 1, max: 5 });
const outcome = fc.constantFrom(
  'deployed' as const,
  'deployed' as const,
  'unchanged' as const,
  'deleted' as const,
  'failed' as const,
  'degraded' as const,
  'superseded' as const,
);
const policy = {
  force: fc.boolean(),
  onFailure: fc.constantFrom('continue' as const, 'stop' as const, 'rollback' as const),
};
const settings: fc.Arbitrary<EnvironmentSetting> = fc.record(
  { name: fc.constantFrom('test', 'prod', 'last'), adminUrl: fc.constantFrom('http://one', 'http://two') },
  { requiredKeys: ['name'] },
);

const attempt = (
  command: unknown,
  params: fc.Arbitrary<object>,
  via: SendOptions['via'] = 'commands',
): fc.Arbitrary<Attempt> =>
  fc.record({
    command: fc.constant(command as AnyCommand),
    params: params.map((known) => () => known),
    options: fc.record({ project, via: fc.constant(via) }),
  });

const configs = fc
  .uniqueArray(fc.tuple(name, fc.integer({ min: 1, max: 3 })), { minLength: 1, selector: ([of]) => of })
  .map((list) =>
    list.map(([of, parallelism]) =>
      functionConfig(of, { parallelism, ...(of === 'b' ? { output: 'orders' } : {}) }),
    ),
  );

const attempts: fc.Arbitrary<Attempt> = fc.oneof(
  { weight: 6, arbitrary: attempt(stageConfigs, fc.record({ stageSet: set, configs })) },
  {
    weight: 2,
    arbitrary: attempt(stageConfigs, fc.record({ stageSet: set, remove: name.map((of) => [fn(of)]) })),
  },
  { weight: 1, arbitrary: attempt(unStage, fc.record({ stageSet: set, all: fc.constant(true as const) })) },
  {
    weight: 2,
    arbitrary: attempt(
      mergeStageSets,
      fc.record({
        from: fc.uniqueArray(set, { minLength: 1, maxLength: 2 }),
        into: set,
        onConflict: fc.constantFrom('reject' as const, 'ours' as const, 'theirs' as const),
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: attempt(commitStagedTo('test'), fc.record({ stageSet: set, ...policy })),
  },
  {
    weight: 3,
    arbitrary: attempt(commitStagedTo('prod'), fc.record({ stageSet: set, ...policy })),
  },
  {
    weight: 16,
    arbitrary: fc.record({ pick: fc.nat(), outcome, project, created: fc.boolean() }).map(report),
  },
  {
    weight: 1,
    arbitrary: attempt(
      recordDeployment,
      fc.record({
        environment,
        release,
        results: fc.array(fc.record({ function: name.map(fn), outcome }), { minLength: 1, maxLength: 3 }),
      }),
      'results',
    ),
  },
  {
    weight: 3,
    arbitrary: attempt(
      rollback,
      fc.record({ environment, toRelease: release, prune: fc.boolean() }, { requiredKeys: ['environment'] }),
    ),
  },
  {
    weight: 1,
    arbitrary: attempt(
      setEnvironments,
      fc.record({
        environments: fc.uniqueArray(settings, {
          minLength: 1,
          maxLength: 3,
          selector: ({ name: of }) => of,
        }),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: attempt(
      noteEffectsPublished,
      fc.record({ topic: fc.constant(TOPIC), through: fc.nat(10) }),
      'internal',
    ),
  },
  { weight: 2, arbitrary: attempt(plan, fc.record({ environment, stageSet: set })) },
  {
    weight: 2,
    arbitrary: attempt(
      restartFunctions,
      fc.record({ environment, names: fc.uniqueArray(name.map(fn), { minLength: 1 }) }),
    ),
  },
  { weight: 3, arbitrary: fc.record({ pick: fc.nat(), failed: fc.boolean(), project }).map(reportTask) },
  {
    weight: 5,
    arbitrary: fc.record({ pick: fc.nat(), part: fc.nat(1), run: fc.nat(2), project }).map(reportPlan),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ pick: fc.nat(), includeCancelled: fc.boolean() })
      .map(({ pick, includeCancelled }) =>
        about(retryDeployment, ['failed', 'partly-failed', 'held', 'cancelled'], {
          pick,
          more: { includeCancelled },
        }),
      ),
  },
  { weight: 2, arbitrary: fc.nat().map((pick) => about(resumeDeployment, ['held'], { pick, more: {} })) },
  {
    weight: 1,
    arbitrary: fc
      .nat()
      .map((pick) =>
        about(cancelDeployment, ['committed', 'deploying', 'held'], { pick, more: { reason: 'unwanted' } }),
      ),
  },
  { weight: 1, arbitrary: attempt(releaseEffects, fc.record({ environment, release })) },
  {
    weight: 2,
    arbitrary: attempt(skipEffects, fc.record({ environment, release, reason: fc.constant('unwanted') })),
  },
);

/** Histories of up to sixty commands. */
export const histories = fc.array(attempts, { minLength: 1, maxLength: 60, size: 'max' });

/** Runs a history; refused and invalid commands are part of it. */
export async function run(history: readonly Attempt[]): Promise<World> {
  const world = new World();
  await world.send(setEnvironments as unknown as AnyCommand, {
    environments: [{ name: 'test' }, { name: 'prod' }],
  });
  for (const { command, params, options } of history) {
    await world.send(command, params(world), options);
  }
  return world;
}
