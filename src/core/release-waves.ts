import { isFailure } from './function-state.js';
import type { DeploymentState, OutcomeCounts, ReleaseCommitted, ReleaseDocument } from './types.js';

/** How many functions begin with the commit: the first wave, or all where there is one. */
export function firstWave({ waves, entries }: Pick<ReleaseCommitted, 'waves' | 'entries'>): number {
  return waves?.[0] ?? entries.length;
}

/** Which wave the entry at this index belongs to; undefined where there is one. */
export function waveAt(waves: readonly number[] | undefined, index: number): number | undefined {
  if (waves === undefined) return undefined;
  let end = 0;
  const wave = waves.findIndex((count) => index < (end += count));
  return wave < 0 ? waves.length - 1 : wave;
}

/** How many functions of a release belong to waves that have begun, or were given up. */
export function begunOf({ begun, of }: Pick<ReleaseDocument, 'begun' | 'of'>): number {
  return begun ?? of;
}

/** How many functions have a state that is not going to change, but by a late outcome of one that was cancelled. */
export function finishedIn(counts: OutcomeCounts): number {
  return statesIn(counts).reduce((sum, [, count]) => sum + count, 0);
}

export function failuresIn(counts: OutcomeCounts): number {
  return statesIn(counts).reduce((sum, [state, count]) => sum + (isFailure(state) ? count : 0), 0);
}

function statesIn(counts: OutcomeCounts): (readonly [DeploymentState, number])[] {
  return Object.entries({ ...counts }) as [DeploymentState, number][];
}
