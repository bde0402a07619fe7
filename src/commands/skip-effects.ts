import { accept, defineCommand } from '../core/decision.js';
import { deploymentPrefix, effectsId, releaseId, type ReleaseRef } from '../core/ids.js';
import type {
  DeploymentDocument,
  EffectsDocument,
  EffectsSkipped,
  ReleaseDocument,
  SkipEffectsParams,
} from '../core/types.js';
import { begunOf } from '../core/release-waves.js';
import { leftOf, nothingOwed, owedOf } from './shared/owed-effects.js';
import { scan, seenAs } from './shared/read.js';
import { releaseState } from './shared/release-state.js';

interface State {
  readonly ref: ReleaseRef;
  readonly effects: EffectsDocument | undefined;
  readonly release: ReleaseDocument | undefined;
  /** Those of the release. */
  readonly deployments: readonly DeploymentDocument[];
}

/**
 * Gives up what a release still owes: nobody wants it any more, and it would go out, or hold others back. What has left
 * stays with the deployers. The numbers given up leave a gap; whatever is behind it goes on. Waves of the release that
 * have not begun are given up with it, and have no numbers to leave.
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
    if (owedOf(effects, ref).length > 0) {
      for await (const deployment of scan(load, { prefix: deploymentPrefix(ref) }, 'deployment'))
        deployments.push(deployment);
    }
    return { ref, effects, release: seenAs(seen, releaseId(ref), 'release'), deployments };
  },

  decide({ ref, effects, release, deployments }, { reason }, { deploymentsTopic: topic }) {
    const owed = owedOf(effects, ref);
    const last = owed.at(-1);
    if (effects === undefined || last === undefined || release === undefined)
      return nothingOwed(effects, ref);
    const begun = begunOf(release);
    let skipped = release.counts.skipped ?? 0;
    // Of several waves all but the last have outcomes: they are out, and it is not known here yet.
    const events = owed.map((wave): EffectsSkipped => {
      const { first, through } = leftOf(wave, effects);
      const { from = 0, count } = wave;
      const isDue = (index: number): boolean =>
        (index < from + count && wave.first + index - from >= first) || (wave === last && index >= begun);
      // One that has an outcome left before this was known here.
      const functions = deployments
        .filter(({ index, state }) => index >= from && state === 'committed' && isDue(index))
        .map((deployment) => deployment.function);
      skipped += functions.length;
      const counts = skipped === 0 ? release.counts : { ...release.counts, skipped };
      const state = releaseState(counts, release.of);
      const committed = release.committedPosition;
      return {
        type: 'effects-skipped',
        ...ref,
        topic,
        committed,
        first,
        through,
        reason,
        state,
        counts,
        functions,
      };
    });
    const { environment } = ref;
    const told = { environment, release: ref.release, document: releaseId(ref) };
    const first = events[0]?.first;
    const { through, state } = events.at(-1) as EffectsSkipped;
    const count = events.reduce((sum, { functions }) => sum + functions.length, 0);
    return accept(events, { ...told, skipped: count, of: release.of, first, through, state });
  },
});
