import type { OutcomeCounts, ReleaseState } from '../../core/types.js';

/**
 * Where a release stands. It is finished when every function has an outcome or was skipped: without failures it has
 * succeeded, or is skipped where some of its functions were given up, or superseded where a newer release overtook some;
 * with failures it has failed, partly if some succeeded.
 */
export function releaseState(counts: OutcomeCounts, of: number): ReleaseState {
  const { superseded, skipped = 0, cancelled = 0, degraded = 0, unknown = 0 } = counts;
  const succeeded =
    counts.deployed + counts.unchanged + counts.deleted + (counts['deployed-with-differences'] ?? 0);
  const failed = counts.failed + degraded + unknown;
  const finished = succeeded + failed + superseded + skipped + cancelled;
  if (finished < of) return finished === 0 ? 'committed' : 'deploying';
  if (failed > 0) return succeeded > 0 ? 'partly-failed' : 'failed';
  if (cancelled > 0) return 'cancelled';
  if (skipped > 0) return 'skipped';
  return superseded > 0 ? 'superseded' : 'succeeded';
}
