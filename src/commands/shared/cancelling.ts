import { releaseState } from './release-state.js';
import type {
  DeploymentDocument,
  DeploymentsCancelled,
  EffectsDocument,
  ReleaseDocument,
} from '../../core/types.js';
import { leftOf, owedOf } from './owed-effects.js';
import { fitting, RECORD_ROOM } from './record-room.js';

export interface Cancelling {
  /** With the counts as they are before. */
  readonly release: ReleaseDocument;
  /** Those that are cancelled: none has an outcome. */
  readonly deployments: readonly DeploymentDocument[];
  readonly effects: EffectsDocument | undefined;
  readonly topic: string;
  readonly reason: string;
  /** Bytes for the names. What there is no room for stays as it is: it is cancelled with the next request. */
  readonly room?: number;
}

/** Room for what an event says besides its names. */
const REST = 4 * 1024;

/** Cancels deployments without an outcome. What the release still owes to the topic never leaves. */
export function cancelled({
  release,
  deployments,
  effects,
  topic,
  reason,
  room = RECORD_ROOM,
}: Cancelling): DeploymentsCancelled {
  const { project, environment, release: number, counts: before, of } = release;
  const functions = fitting(
    deployments.map((deployment) => deployment.function),
    room - REST,
    (name) => name,
  );
  const count = (before.cancelled ?? 0) + functions.length;
  const counts = count === 0 ? before : { ...before, cancelled: count };
  const numbers = effects === undefined ? [] : owedOf(effects, release).map((wave) => leftOf(wave, effects));
  return {
    type: 'deployments-cancelled',
    project,
    topic,
    environment,
    release: number,
    committed: release.committedPosition,
    reason,
    state: releaseState(counts, of),
    counts,
    numbers,
    functions,
  };
}
