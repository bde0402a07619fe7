import { reject, rejectAt, type Decision, type Meta } from '../../core/decision.js';
import { holds } from '../../core/roles.js';
import type { ApprovalDocument, ApprovalPolicyInForce, EnvironmentDocument } from '../../core/types.js';
import type { ApprovalState } from './approvals.js';
import { refuse, unknownEnvironment } from './refusals.js';

/** APPROVAL_NOT_REQUIRED. */
export function notRequired(environment: string): Decision {
  const detail = `${environment} requires no approval: commit to it.`;
  return rejectAt('/params/environment', 'APPROVAL_NOT_REQUIRED', detail);
}

/** A request that can be voted on or taken back, or why there is none. */
export type Opened =
  | { readonly refused: Decision }
  | {
      readonly refused?: undefined;
      readonly here: EnvironmentDocument;
      readonly policy: ApprovalPolicyInForce;
      readonly approval: ApprovalDocument;
    };

/** Finds it. An approval that was not used yet can still be rejected and withdrawn. */
export function openApproval(
  { here, known, approval }: ApprovalState,
  { environment, stageSet }: { readonly environment: string; readonly stageSet: string },
): Opened {
  if (here === undefined) {
    const unknown = unknownEnvironment(environment, known, '/params/environment');
    return { refused: refuse([unknown], []) ?? notRequired(environment) };
  }
  const policy = here.approvals;
  if (policy === undefined) return { refused: notRequired(environment) };
  if (approval?.state === 'open' || approval?.state === 'approved') return { here, policy, approval };
  const what = approval === undefined ? 'nobody has asked for one' : `the newest is ${approval.state}`;
  const detail = `No request to approve stage set "${stageSet}" for ${environment} is open: ${what}; send request-approval first.`;
  return { refused: rejectAt('/params/stageSet', 'NO_APPROVAL_OPEN', detail) };
}

/** DENIED: the environment says which roles approve. */
export function maySpeak(
  { actor }: Meta,
  { roles }: ApprovalPolicyInForce,
  environment: string,
): Decision | undefined {
  if (roles.some((role) => holds(actor.roles, role))) return undefined;
  const detail = `"${actor.name}" lacks the role ${roles.join(' or ')}, which approves for ${environment}.`;
  return reject('DENIED', detail);
}
