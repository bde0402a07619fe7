import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { effectsId, releaseId, type ReleaseRef } from '../core/ids.js';
import type { ReleaseDocument, ResumeDeploymentParams } from '../core/types.js';
import { nextWave } from './shared/next-wave.js';
import { seenAs, type Seen } from './shared/read.js';
import { unknownRelease } from './shared/refusals.js';

interface State {
  readonly ref: ReleaseRef;
  readonly release: ReleaseDocument | undefined;
  readonly seen: Seen;
}

/** Lets the next wave of a held release begin, although a function before it failed. Later failures hold it again. */
export const resumeDeployment = defineCommand<ResumeDeploymentParams, State>({
  name: 'resume-deployment',
  summary: 'Lets the next wave of a release begin that is held because a function failed.',
  schema: 'resume-deployment.json',
  kind: 'change',
  role: 'operator',
  refusals: ['UNKNOWN_RELEASE', 'NOT_HELD'],

  async load(load, { environment, release: number }, { project, deploymentsTopic }) {
    const ref: ReleaseRef = { project, environment, release: number };
    const seen = await load.get([releaseId(ref), effectsId(deploymentsTopic)]);
    return { ref, release: seenAs(seen, releaseId(ref), 'release'), seen };
  },

  decide({ ref, release, seen }, _params, meta) {
    if (release === undefined) return unknownRelease(ref);
    const event = release.state === 'held' ? nextWave(release, seen, meta) : undefined;
    const { environment, release: number, waves = [], state } = release;
    if (event === undefined) {
      const detail = `Release ${environment}/${number} is ${state}: there is nothing to let go on.`;
      return rejectAt('/params/release', 'NOT_HELD', detail);
    }
    const { wave, count } = event;
    const told = { environment, release: number, document: releaseId(ref) };
    return accept([event], { ...told, wave, waves: waves.length, functions: count, state: 'deploying' });
  },
});
