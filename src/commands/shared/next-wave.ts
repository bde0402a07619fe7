import { begunOf, failuresIn, finishedIn } from '../../core/release-waves.js';
import { isStopped } from '../../core/freeze.js';
import type { Meta } from '../../core/decision.js';
import type {
  EnvironmentDocument,
  OutcomeCounts,
  ReleaseDocument,
  ReleaseState,
  WaveStarted,
} from '../../core/types.js';
import { nextEffect } from './make-release.js';
import type { Seen } from './read.js';
import { releaseState } from './release-state.js';

/** What outcomes mean for the waves of a release. */
export interface Step {
  readonly state: ReleaseState;
  /** `begins`: the next wave; `rolls-back`: all that was begun has outcomes, and one asks for it. */
  readonly then: 'waits' | 'begins' | 'rolls-back';
}

/**
 * Where a release stands with these counts. Its next wave begins when all functions of those before have outcomes: with a
 * failure among the last wave's it depends on what the commit said. On another target than its own nothing begins any more, nor in a freeze, nor where the
 * release was rejected.
 */
export function stepOf(
  release: ReleaseDocument,
  counts: OutcomeCounts,
  { here, time }: { readonly here: EnvironmentDocument | undefined; readonly time: string },
): Step {
  const { of, onFailure = 'continue', failedBefore = 0 } = release;
  const begun = begunOf(release);
  const state = releaseState(counts, of);
  if (finishedIn(counts) < begun) return { state, then: 'waits' };
  const failed = failuresIn(counts) > failedBefore;
  if (failed && onFailure === 'rollback' && !isSettled(release)) return { state, then: 'rolls-back' };
  if (begun === of) return { state, then: 'waits' };
  const holds = (failed && onFailure === 'stop') || !isOnTarget(release, here);
  if (holds || release.rejected !== undefined || isStopped(release, here, time))
    return { state: 'held', then: 'waits' };
  return { state, then: 'begins' };
}

/** The environment still deploys to where the release was committed for. */
export function isOnTarget({ target }: ReleaseDocument, here: EnvironmentDocument | undefined): boolean {
  return here?.target.fingerprint === target.fingerprint;
}

/** It was rolled back, or could not be; or somebody gave up part of it, and decides on the rest himself. */
function isSettled({ skipped, cancelled, rolledBackBy, notRolledBack }: ReleaseDocument): boolean {
  return [skipped, cancelled, rolledBackBy, notRolledBack].some((fact) => fact !== undefined);
}

/** Numbers the effects of the next wave; undefined where there is none. */
export function nextWave(release: ReleaseDocument, seen: Seen, meta: Meta): WaveStarted | undefined {
  const { project, environment, release: number, waves = [], wave: last = 0 } = release;
  const wave = last + 1;
  const count = waves[wave];
  if (count === undefined) return undefined;
  const topic = meta.deploymentsTopic;
  return {
    type: 'wave-started',
    project,
    environment,
    release: number,
    wave,
    effects: { topic, first: nextEffect(seen, topic) },
    from: begunOf(release),
    count,
  };
}
