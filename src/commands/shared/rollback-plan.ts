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
  readonly toRelease: number;
  readonly prune: boolean;
  readonly names: readonly string[];
  readonly functions: ReadonlyMap<string, FunctionDocument>;
  /** By name: the last success at or before `toRelease`. */
  readonly targets: ReadonlyMap<string, Success>;
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

function fateOf(name: string, { project, here, toRelease, prune, functions, targets }: RollbackFacts): Fate {
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
    if (prune) return { name, workload, contentHash: null };
    return { reason: `did not exist at release ${toRelease}; it is deleted only with prune` };
  }
  const success = successIn(now, here);
  const asThen =
    isSuccess(now.state) &&
    sameDesired(now, target) &&
    (success?.packageSha256 ?? target.packageSha256) === (target.packageSha256 ?? success?.packageSha256);
  if (asThen) return undefined;
  return { name, workload, contentHash: target.contentHash, requiredPackage: target.packageSha256 };
}
