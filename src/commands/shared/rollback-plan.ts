import { inEnvironment, isSuccess, sameDesired, successIn } from '../../core/function-state.js';
import { byCodeUnit } from '../../core/own.js';
import type { EnvironmentDocument, FunctionDocument, Success } from '../../core/types.js';
import type { PlannedDeployment } from './make-release.js';

/** A function that a rollback leaves as it is, and why. */
export interface LeftFunction {
  readonly name: string;
  readonly reason: string;
}

export interface RollbackPlan {
  readonly deployments: readonly PlannedDeployment[];
  readonly left: readonly LeftFunction[];
}

export interface RollbackFacts {
  readonly project: string;
  readonly here: EnvironmentDocument;
  /** Whether a function that did not exist then is deleted. */
  readonly prunes: (name: string) => boolean;
  /** Why one that is not is left. */
  readonly unpruned: string;
  readonly names: readonly string[];
  readonly functions: ReadonlyMap<string, FunctionDocument>;
  /** By name: the last success at or before the release to return to. */
  readonly targets: ReadonlyMap<string, Success>;
}

/** Names told in a reply at most: thousands would make the record larger than a message may be. */
const MAX_TOLD = 100;

/** What a release puts back and deletes, by name, as far as there is room. */
export function changesIn(
  deployments: readonly PlannedDeployment[],
): Record<'restores' | 'deletes', string[]> {
  const names = (deletes: boolean): string[] =>
    deployments.flatMap(({ name, contentHash }) => ((contentHash === null) === deletes ? [name] : []));
  return { restores: names(false).slice(0, MAX_TOLD), deletes: names(true).slice(0, MAX_TOLD) };
}

type Fate = PlannedDeployment | { readonly reason: string } | undefined;

/** What a rollback does to each function: puts it back, deletes it, or leaves it, with a reason where one is due. */
export function planRollback(facts: RollbackFacts): RollbackPlan {
  const deployments: PlannedDeployment[] = [];
  const left: LeftFunction[] = [];
  for (const name of [...facts.names].sort(byCodeUnit)) {
    const fate = fateOf(name, facts);
    if (fate === undefined) continue;
    if ('reason' in fate) left.push({ name, reason: fate.reason });
    else deployments.push(fate);
  }
  return { deployments, left };
}

function fateOf(name: string, facts: RollbackFacts): Fate {
  const { project, here, functions, targets } = facts;
  const document = functions.get(name);
  if (document === undefined) return { reason: 'is not known any more' };
  if (document.project !== project) return { reason: `belongs to project "${document.project}" now` };
  const now = inEnvironment(document, here);
  if (now === undefined) return { reason: `has not been deployed to today's target of ${here.environment}` };
  const { workload } = document;
  const target = targets.get(name);
  if (target?.operation !== 'apply') {
    // It did not exist then.
    if (now.operation === 'delete' && isSuccess(now.state)) return undefined;
    if (facts.prunes(name)) return { name, workload, contentHash: null };
    return { reason: facts.unpruned };
  }
  const success = successIn(now, here);
  const asThen =
    isSuccess(now.state) &&
    sameDesired(now, target) &&
    (success?.packageSha256 ?? target.packageSha256) === (target.packageSha256 ?? success?.packageSha256);
  if (asThen) return undefined;
  return { name, workload, contentHash: target.contentHash, requiredPackage: target.packageSha256 };
}
