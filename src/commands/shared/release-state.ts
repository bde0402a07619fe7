import type { OutcomeCounts, ReleaseState } from '../../core/types.js';

/**
 * Where a release stands. It is finished when every function has an outcome: without failures it has succeeded, or is
 * superseded where a newer release overtook some of its functions; with failures it has failed, partly if some succeeded.
 */
export function releaseState(counts: OutcomeCounts, of: number): ReleaseState {
  const { failed, superseded } = counts;
  const succeeded = counts.deployed + counts.unchanged + counts.deleted;
  const finished = succeeded + failed + superseded;
  if (finished < of) return finished === 0 ? 'committed' : 'deploying';
  if (failed > 0) return succeeded > 0 ? 'partly-failed' : 'failed';
  return superseded > 0 ? 'superseded' : 'succeeded';
}
