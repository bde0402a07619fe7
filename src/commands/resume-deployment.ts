import { accept, defineCommand, rejectAt, type Decision } from '../core/decision.js';
import { effectsId, releaseId, type ReleaseRef } from '../core/ids.js';
import type {
  DeploymentDocument,
  EnvironmentDocument,
  FunctionDocument,
  ReleaseDocument,
  ResumeDeploymentParams,
  WaveStarted,
} from '../core/types.js';
import { frozenGate, GATE_REFUSALS, passing } from './shared/gates.js';
import { loadLaterWaves } from './shared/later-waves.js';
import { isOnTarget, nextWave } from './shared/next-wave.js';
import { loadEnvironments, seenAs, type Seen } from './shared/read.js';
import { refuse, unknownRelease, type Refusal } from './shared/refusals.js';
import { rejections, releaseRejected } from './shared/rejections.js';
import { functionsOf } from './shared/rollback-reads.js';
import { takenOutOf } from './shared/taken-out.js';

interface State {
  readonly ref: ReleaseRef;
  readonly release: ReleaseDocument | undefined;
  readonly seen: Seen;
  readonly environments: readonly EnvironmentDocument[];
  /** What would begin, and what comes after it. */
  readonly waiting: readonly DeploymentDocument[];
  readonly functions: ReadonlyMap<string, FunctionDocument>;
}

/**
 * Lets the next wave of a held release begin, although a function before it failed, or after a freeze. Later failures hold
 * it again. What a rollback has taken out since, what was rejected, and what was meant for another target, does not begin:
 * such a release is cancelled.
 */
export const resumeDeployment = defineCommand<ResumeDeploymentParams, State>({
  name: 'resume-deployment',
  summary:
    'Lets the next wave of a release begin that is held because a function failed, or was by a freeze.',
  schema: 'resume-deployment.json',
  kind: 'change',
  role: 'operator',
  refusals: [
    'UNKNOWN_RELEASE',
    'NOT_HELD',
    'TARGET_CHANGED',
    'HELD_AFTER_ROLLBACK',
    'RELEASE_REJECTED',
    ...GATE_REFUSALS,
  ],

  async load(load, { environment, release: number }, { project, deploymentsTopic }) {
    const ref: ReleaseRef = { project, environment, release: number };
    const [environments, seen] = await Promise.all([
      loadEnvironments(load),
      load.get([releaseId(ref), effectsId(deploymentsTopic)]),
    ]);
    const release = seenAs(seen, releaseId(ref), 'release');
    const later = release?.state === 'held' ? await loadLaterWaves(load, [release]) : [];
    const waiting = later.flatMap(({ deployments }) => deployments);
    const functions = await functionsOf(
      load,
      waiting.map((deployment) => deployment.function),
    );
    return { ref, release, seen, environments, waiting, functions };
  },

  decide(state, { override }, meta) {
    const { ref, release, seen } = state;
    if (release === undefined) return unknownRelease(ref);
    const event = release.state === 'held' ? nextWave(release, seen, meta) : undefined;
    const { environment, release: number, waves = [], state: now } = release;
    if (event === undefined) {
      const detail = `Release ${environment}/${number} is ${now}: there is nothing to let go on.`;
      return rejectAt('/params/release', 'NOT_HELD', detail);
    }
    const against = againstIt(state, release, event);
    if (against !== undefined) return against;
    const here = state.environments.find((one) => one.environment === environment);
    const passage = passing(here === undefined ? [] : frozenGate(here, meta), override, meta);
    if (passage.refused !== undefined) return passage.refused;
    const { wave, count } = event;
    const told = { environment, release: number, document: releaseId(ref) };
    const begins: WaveStarted = { ...event, ...passage.kept };
    return accept([begins], { ...told, wave, waves: waves.length, functions: count, state: 'deploying' });
  },
});

/** Why the wave does not begin, whatever anybody says: the release can only be cancelled. */
function againstIt(
  { environments, waiting, functions }: State,
  release: ReleaseDocument,
  { from, count }: WaveStarted,
): Decision | undefined {
  const { environment, release: number, committedPosition: committed } = release;
  const place = environments.findIndex((one) => one.environment === environment);
  if (!isOnTarget(release, environments[place])) {
    const detail = `Release ${environment}/${number} was committed for another target than ${environment} has now; cancel it.`;
    return rejectAt('/params/release', 'TARGET_CHANGED', detail);
  }
  if (release.rejected !== undefined) return releaseRejected(release, release.rejected);
  const upToHere = environments.slice(0, place + 1);
  const refusals = waiting.flatMap((deployment): Refusal[] => {
    const { function: name, index } = deployment;
    const document = functions.get(name);
    if (index >= from + count || document === undefined) return [];
    const out = takenOutOf(document, deployment, { committed, upToHere });
    if (out === undefined) return rejections({ ...deployment, name }, { document, artifacts: new Map() });
    const detail = `a rollback of ${out.environment} has taken its content out since; cancel the release`;
    return [{ pointer: '/params/release', name, code: 'HELD_AFTER_ROLLBACK', detail }];
  });
  return refuse(refusals, ['HELD_AFTER_ROLLBACK', 'RELEASE_REJECTED']);
}
