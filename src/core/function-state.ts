import { own } from './own.js';
import type {
  DeploymentState,
  EnvironmentDocument,
  FunctionDocument,
  FunctionInEnvironment,
  Success,
} from './types.js';

/** What a function is to be in an environment: a content, or nothing. */
export interface Desired {
  readonly operation: 'apply' | 'delete';
  readonly contentHash: string | null;
}

export function sameDesired(left: Desired, right: Desired): boolean {
  return left.operation === right.operation && left.contentHash === right.contentHash;
}

/** Outcomes that succeed. All of them prove, but `deployed-with-differences` only where it is accepted by name. */
export function isSuccess(state: DeploymentState): boolean {
  switch (state) {
    case 'deployed':
    case 'unchanged':
    case 'deleted':
    case 'deployed-with-differences':
      return true;
    case 'committed':
    case 'degraded':
    case 'unknown':
    case 'failed':
    case 'superseded':
    case 'skipped':
    case 'cancelled':
      return false;
  }
}

/** Outcomes that count as failures of their release. */
export function isFailure(state: DeploymentState): boolean {
  return state === 'failed' || state === 'degraded' || state === 'unknown';
}

/** States in which a release left a function without bringing about what it wanted. */
export function isUnfulfilled(state: DeploymentState): boolean {
  return isFailure(state) || isGivenUp(state);
}

/** States of a deployment that no deployer begins with any more. */
export function isGivenUp(state: DeploymentState): boolean {
  return state === 'skipped' || state === 'cancelled';
}

/** What an environment has of a function. What was deployed to another target than today's does not count. */
export function inEnvironment(
  document: FunctionDocument | undefined,
  { environment, target }: EnvironmentDocument,
): FunctionInEnvironment | undefined {
  const entry = document === undefined ? undefined : own(document.environments, environment);
  return entry?.target.fingerprint === target.fingerprint ? entry : undefined;
}

/** The newest success on today's target. */
export function successIn(
  entry: FunctionInEnvironment | undefined,
  { target }: EnvironmentDocument,
): Success | undefined {
  return entry?.succeeded?.target === target.fingerprint ? entry.succeeded : undefined;
}

/** An environment holds a function until its deletion there has succeeded. */
export function environmentHolds(
  document: FunctionDocument | undefined,
  environment: EnvironmentDocument,
): boolean {
  const entry = inEnvironment(document, environment);
  return entry !== undefined && !(entry.operation === 'delete' && isSuccess(entry.state));
}

/** True while a stage set other than `exceptSet`, or an environment, holds the function for its project. */
export function isHeld(
  document: FunctionDocument,
  environments: readonly EnvironmentDocument[],
  exceptSet?: string,
): boolean {
  return (
    Object.keys(document.staged).some((set) => set !== exceptSet) ||
    environments.some((environment) => environmentHolds(document, environment))
  );
}
