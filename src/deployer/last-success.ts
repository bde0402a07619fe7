import type { DeploymentDocument, FunctionInEnvironment, Success } from '../core/types.js';

/** Releases after the newest success that are looked through, and releases looked through at a time. */
export const LOOK_BACK = 256;

/** How a function stands in an environment before a release. */
export interface BeforeRelease {
  readonly entry: FunctionInEnvironment | undefined;
  /** Of the release's target. */
  readonly fingerprint: string | undefined;
  readonly release: number;
}

/** The newest success on the target; whether it counts depends on what was tried since. */
export function newestSuccess({ entry, fingerprint, release }: BeforeRelease): Success | undefined {
  const last = entry?.succeeded;
  if (last === undefined || last.target !== fingerprint || last.operation === 'delete') return undefined;
  return release - last.release - 1 > LOOK_BACK ? undefined : last;
}

/** Releases in which the function may have been tried since that success. */
export function releasesSince(last: Success, { entry, release }: BeforeRelease): number[] {
  const newest = Math.min(release - 1, entry?.release ?? 0);
  return Array.from({ length: Math.max(0, newest - last.release) }, (_, index) => last.release + 1 + index);
}

/**
 * The newest success counts as what the cluster has only if nothing was tried since: a deployment that failed later may
 * have been applied all the same. One that was skipped may have left just before, and been applied.
 */
export const countsAsLast = (since: readonly DeploymentDocument[]): boolean =>
  since.every(({ state }) => state === 'superseded');
