import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { deploymentPrefix, effectsId, releaseId, type ReleaseRef } from '../core/ids.js';
import { finishedIn } from '../core/release-waves.js';
import type {
  CancelDeploymentParams,
  DeploymentDocument,
  EffectsDocument,
  ReleaseDocument,
} from '../core/types.js';
import { cancelled } from './shared/cancelling.js';
import { scan, seenAs } from './shared/read.js';
import { unknownRelease } from './shared/refusals.js';

interface State {
  readonly ref: ReleaseRef;
  readonly release: ReleaseDocument | undefined;
  readonly effects: EffectsDocument | undefined;
  /** Those without an outcome. */
  readonly waiting: readonly DeploymentDocument[];
}

/**
 * Ends a release: later waves never begin, what has not left never leaves, and a deployer that comes to what has left finds
 * that it is cancelled. Where one has begun already, its outcome is recorded all the same: it is the truth.
 */
export const cancelDeployment = defineCommand<CancelDeploymentParams, State>({
  name: 'cancel-deployment',
  summary: 'Ends a release: whatever of it has no outcome yet is cancelled.',
  schema: 'cancel-deployment.json',
  kind: 'change',
  role: 'operator',
  refusals: ['UNKNOWN_RELEASE', 'RELEASE_FINISHED'],

  async load(load, { environment, release: number }, { project, deploymentsTopic }) {
    const ref: ReleaseRef = { project, environment, release: number };
    const seen = await load.get([releaseId(ref), effectsId(deploymentsTopic)]);
    const release = seenAs(seen, releaseId(ref), 'release');
    const waiting: DeploymentDocument[] = [];
    if (release !== undefined && !isFinished(release)) {
      for await (const deployment of scan(load, { prefix: deploymentPrefix(ref) }, 'deployment'))
        if (deployment.state === 'committed') waiting.push(deployment);
    }
    return { ref, release, effects: seenAs(seen, effectsId(deploymentsTopic), 'effects'), waiting };
  },

  decide({ ref, release, effects, waiting }, { reason }, { deploymentsTopic: topic }) {
    if (release === undefined) return unknownRelease(ref);
    const { environment, release: number, state: before, of } = release;
    if (isFinished(release)) {
      const detail = `Release ${environment}/${number} is ${before}: every function of it has an outcome or was given up.`;
      return rejectAt('/params/release', 'RELEASE_FINISHED', detail);
    }
    const event = cancelled({ release, deployments: waiting, effects, topic, reason });
    const { state, functions } = event;
    const told = { environment, release: number, document: releaseId(ref) };
    return accept([event], { ...told, cancelled: functions.length, of, state });
  },
});

function isFinished({ counts, of }: ReleaseDocument): boolean {
  return finishedIn(counts) >= of;
}
