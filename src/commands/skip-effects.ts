import { accept, defineCommand } from '../core/decision.js';
import { deploymentPrefix, effectsId, releaseId, type ReleaseRef } from '../core/ids.js';
import type {
  DeploymentDocument,
  EffectsDocument,
  EffectsSkipped,
  ReleaseDocument,
  SkipEffectsParams,
} from '../core/types.js';
import { nothingOwed, owedOf } from './shared/owed-effects.js';
import { scan, seenAs } from './shared/read.js';
import { releaseState } from './shared/release-state.js';

interface State {
  readonly ref: ReleaseRef;
  readonly effects: EffectsDocument | undefined;
  readonly release: ReleaseDocument | undefined;
  /** Those of the release, in the order of their names, which is that of their numbers. */
  readonly deployments: readonly DeploymentDocument[];
}

/**
 * Gives up what a release still owes: nobody wants it any more, and it would go out, or hold others back. What has left
 * stays with the deployers. The numbers given up leave a gap; whatever is behind it goes on.
 */
export const skipEffects = defineCommand<SkipEffectsParams, State>({
  name: 'skip-effects',
  summary: 'Gives up deployments of a release that have not left yet; they are never published.',
  schema: 'skip-effects.json',
  kind: 'change',
  role: 'operator',
  refusals: ['UNKNOWN_RELEASE'],

  async load(load, { environment, release }, { project, deploymentsTopic }) {
    const ref: ReleaseRef = { project, environment, release };
    const seen = await load.get([effectsId(deploymentsTopic), releaseId(ref)]);
    const effects = seenAs(seen, effectsId(deploymentsTopic), 'effects');
    const deployments: DeploymentDocument[] = [];
    if (owedOf(effects, ref) !== undefined) {
      for await (const deployment of scan(load, { prefix: deploymentPrefix(ref) }, 'deployment'))
        deployments.push(deployment);
    }
    return { ref, effects, release: seenAs(seen, releaseId(ref), 'release'), deployments };
  },

  decide({ ref, effects, release, deployments }, { reason }, { deploymentsTopic: topic }) {
    const owed = owedOf(effects, ref);
    if (effects === undefined || owed === undefined || release === undefined)
      return nothingOwed(effects, ref);
    const first = Math.max(owed.first, effects.published + 1);
    const through = owed.first + owed.count - 1;
    // One that has an outcome left before this was known here.
    const functions = deployments
      .filter(({ index, state }) => owed.first + index >= first && state === 'committed')
      .map((deployment) => deployment.function);
    const skipped = (release.counts.skipped ?? 0) + functions.length;
    const counts = skipped === 0 ? release.counts : { ...release.counts, skipped };
    const state = releaseState(counts, release.of);
    const event: EffectsSkipped = {
      type: 'effects-skipped',
      ...ref,
      topic,
      committed: release.committedPosition,
      first,
      through,
      reason,
      state,
      counts,
      functions,
    };
    const { environment } = ref;
    const told = { environment, release: ref.release, document: releaseId(ref) };
    return accept([event], { ...told, skipped: functions.length, of: release.of, first, through, state });
  },
});
