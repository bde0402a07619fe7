import { accept, defineCommand } from '../core/decision.js';
import { effectsId } from '../core/ids.js';
import type { EffectsDocument, EffectsReleased, ReleaseEffectsParams } from '../core/types.js';
import { nothingOwed, owedOf } from './shared/owed-effects.js';
import { seenAs } from './shared/read.js';

interface State {
  readonly effects: EffectsDocument | undefined;
}

/**
 * Lets deployments out that the dispatcher holds. It holds what was committed more than an hour before it started: after a
 * long outage, or on a restored journal, nobody may want them any more, so a person says so.
 */
export const releaseEffects = defineCommand<ReleaseEffectsParams, State>({
  name: 'release-effects',
  summary: 'Lets deployments out that are held because they were committed long before the service started.',
  schema: 'release-effects.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: ['UNKNOWN_RELEASE'],

  async load(load, _params, { deploymentsTopic }) {
    const id = effectsId(deploymentsTopic);
    return { effects: seenAs(await load.get([id]), id, 'effects') };
  },

  decide({ effects }, { environment, release }, { project, deploymentsTopic }) {
    const wanted = owedOf(effects, { project, environment, release }).at(-1);
    if (wanted === undefined) return nothingOwed(effects, { project, environment, release });
    const through = wanted.first + wanted.count - 1;
    const event: EffectsReleased = { type: 'effects-released', project, topic: deploymentsTopic, through };
    return accept([event], { environment, release, through });
  },
});
