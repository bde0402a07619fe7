import { accept, defineCommand } from '../core/decision.js';
import { effectsId } from '../core/ids.js';
import type {
  EffectsDocument,
  EffectsReleased,
  EnvironmentDocument,
  ReleaseEffectsParams,
} from '../core/types.js';
import { frozenGate, GATE_REFUSALS, passing } from './shared/gates.js';
import { nothingOwed, owedOf } from './shared/owed-effects.js';
import { loadEnvironments, seenAs } from './shared/read.js';

interface State {
  readonly effects: EffectsDocument | undefined;
  readonly environments: readonly EnvironmentDocument[];
}

/**
 * Lets deployments out that the dispatcher holds. It holds what was committed more than an hour before it started: after a
 * long outage, or on a restored journal, nobody may want them any more, so a person says so. What waits before the release
 * goes along, so no environment of any of it may be frozen.
 */
export const releaseEffects = defineCommand<ReleaseEffectsParams, State>({
  name: 'release-effects',
  summary: 'Lets deployments out that are held because they were committed long before the service started.',
  schema: 'release-effects.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: ['UNKNOWN_RELEASE', ...GATE_REFUSALS],

  async load(load, _params, { deploymentsTopic }) {
    const id = effectsId(deploymentsTopic);
    const [seen, environments] = await Promise.all([load.get([id]), loadEnvironments(load)]);
    return { effects: seenAs(seen, id, 'effects'), environments };
  },

  decide({ effects, environments }, { environment, release, override }, meta) {
    const { project, deploymentsTopic } = meta;
    const wanted = owedOf(effects, { project, environment, release }).at(-1);
    if (wanted === undefined) return nothingOwed(effects, { project, environment, release });
    const through = wanted.first + wanted.count - 1;
    const concerned = new Set(
      (effects?.pending ?? []).flatMap((owed) => (owed.first <= through ? [owed.environment] : [])),
    );
    const frozen = environments.filter((one) => concerned.has(one.environment));
    const passage = passing(
      frozen.flatMap((one) => frozenGate(one, meta)),
      override,
      meta,
    );
    if (passage.refused !== undefined) return passage.refused;
    const event: EffectsReleased = {
      type: 'effects-released',
      project,
      topic: deploymentsTopic,
      through,
      ...passage.kept,
    };
    return accept([event], { environment, release, through });
  },
});
