import type { Load } from '../../core/decision.js';
import { inEnvironment, isUnfulfilled, successIn } from '../../core/function-state.js';
import {
  deploymentId,
  deploymentPrefix,
  endOf,
  functionId,
  releaseId,
  releasePrefix,
  type ReleaseRef,
} from '../../core/ids.js';
import type { EnvironmentDocument, FunctionDocument, ReleaseDocument, Success } from '../../core/types.js';
import { scan, seenAs } from './read.js';

/** Releases looked at a time for one that succeeded: it is among the newest nearly always. */
const RELEASES = 20;

/** The newest succeeded release before `newest` on today's target that nobody has rejected. */
export async function succeededBefore(
  load: Load,
  newest: ReleaseRef,
  { target }: EnvironmentDocument,
): Promise<ReleaseDocument | undefined> {
  const prefix = releasePrefix(newest.project, newest.environment);
  const before = releaseId(newest);
  for await (const release of scan(
    load,
    { prefix, before, descending: true, pageSize: RELEASES },
    'release',
  )) {
    if (
      release.state === 'succeeded' &&
      release.target.fingerprint === target.fingerprint &&
      release.rejected === undefined
    )
      return release;
  }
  return undefined;
}

/** Functions that a rollback to `to` may concern: changed by a release after it, or, if it is the newest, failed or skipped in it. */
export async function changedSince(load: Load, to: ReleaseRef, newest: number): Promise<string[]> {
  const names = new Set<string>();
  const own = deploymentPrefix(to);
  const range =
    to.release === newest
      ? { prefix: own }
      : { prefix: `deployment:${to.project}:${to.environment}:`, after: endOf(own) };
  for await (const deployment of scan(load, range, 'deployment')) {
    if (to.release < newest || isUnfulfilled(deployment.state)) names.add(deployment.function);
  }
  return [...names];
}

/** The function documents of these names. */
export async function functionsOf(
  load: Load,
  names: readonly string[],
): Promise<Map<string, FunctionDocument>> {
  const seen = await load.get(names.map(functionId));
  return new Map(
    names.flatMap((name) => {
      const document = seenAs(seen, functionId(name), 'function');
      return document === undefined ? [] : [[name, document] as const];
    }),
  );
}

/**
 * Each function's last success at or before a release: from its newest one back along the chain that deployments form.
 * One bulk read a step, for all functions that are not there yet. With `standing`, releases that were rolled back
 * themselves are passed over.
 */
export async function lastSuccesses(
  load: Load,
  functions: Iterable<FunctionDocument>,
  {
    to,
    here,
    standing = false,
  }: { readonly to: ReleaseRef; readonly here: EnvironmentDocument; readonly standing?: boolean },
): Promise<Map<string, Success>> {
  const found = new Map<string, Success>();
  let waiting = new Map<string, number>();
  for (const document of functions) {
    const success = successIn(inEnvironment(document, here), here);
    if (document.project !== to.project || success === undefined) continue;
    if (success.release <= to.release && !standing) found.set(document.function, success);
    else waiting.set(document.function, success.release);
  }
  const idOf = (name: string, release: number): string => deploymentId({ ...to, release }, name);
  while (waiting.size > 0) {
    const releases = standing
      ? [...new Set(waiting.values())].map((release) => releaseId({ ...to, release }))
      : [];
    const seen = await load.get([...[...waiting].map(([name, release]) => idOf(name, release)), ...releases]);
    const further = new Map<string, number>();
    for (const [name, release] of waiting) {
      const deployment = seenAs(seen, idOf(name, release), 'deployment');
      if (deployment === undefined) continue;
      const undone = seenAs(seen, releaseId({ ...to, release }), 'release')?.rolledBackBy !== undefined;
      if (release <= to.release && !undone) {
        const { operation, contentHash, packageSha256 } = deployment;
        const digest = packageSha256 === undefined ? {} : { packageSha256 };
        found.set(name, { release, operation, contentHash, ...digest, target: here.target.fingerprint });
      } else if ((deployment.previous ?? 0) > 0 && (deployment.previous ?? 0) < release) {
        further.set(name, deployment.previous ?? 0);
      }
    }
    waiting = further;
  }
  return found;
}
