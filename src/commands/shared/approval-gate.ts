import type { Meta } from '../../core/decision.js';
import { approvalId, plannedId } from '../../core/ids.js';
import type {
  ApprovalDocument,
  ApprovalPolicyInForce,
  ReleaseApproval,
  StagedDocument,
} from '../../core/types.js';
import { authorsOf, countingVotes, localHint, nextCommand, subjectOf, type Subject } from './approvals.js';
import { ageSeconds, type Committing } from './newest-plan.js';
import { seenAs, type Seen } from './read.js';
import type { Refusal } from './refusals.js';

/** What an override of a commit passes. */
export const APPROVAL_GATES = ['APPROVAL_MISSING', 'APPROVAL_VOID', 'PLAN_MISSING', 'PLAN_TOO_OLD'] as const;

/** A commit as far as approvals go. */
export interface Gated extends Committing {
  readonly entries: readonly StagedDocument[];
  readonly names: readonly string[] | undefined;
  readonly allowRecreate: readonly string[] | undefined;
}

export interface ApprovalGate {
  /** What an override passes. */
  readonly against: readonly Refusal[];
  /** What it does not. */
  readonly rejected: readonly Refusal[];
  readonly kept: { readonly approval?: ReleaseApproval };
}

/** What a commit lacks where its environment requires approvals, and what the release keeps where it lacks nothing. */
export function approvalGate(gated: Gated, seen: Seen, meta: Meta): ApprovalGate {
  const { environment: here, stageSet } = gated;
  const policy = here.approvals;
  if (policy === undefined) return { against: [], rejected: [], kept: {} };
  const ref = { project: meta.project, environment: here.environment, stageSet };
  const approval = seenAs(seen, approvalId(ref), 'approval');
  const subject = subjectOf(gated, seen, meta);
  const { plan, contentHash } = subject;
  if (approval?.state === 'rejected')
    return { against: [], rejected: [rejectedBy(approval, gated)], kept: {} };
  const facts: Facts = { gated, policy, approval, subject, meta };
  const against = [...againstPlan(facts), ...againstApproval(facts), ...beyondPlan(facts, seen)];
  if (against.length > 0 || approval === undefined || plan === undefined || contentHash === undefined)
    return { against, rejected: [], kept: {} };
  const approvers = countingVotes(approval, gated.entries, policy).map(({ name }) => name);
  const { task } = plan;
  const requestedBy = approval.requestedBy.name;
  return { against, rejected: [], kept: { approval: { contentHash, plan: task, requestedBy, approvers } } };
}

interface Facts {
  readonly gated: Gated;
  readonly policy: ApprovalPolicyInForce;
  readonly approval: ApprovalDocument | undefined;
  readonly subject: Subject;
  readonly meta: Meta;
}

const at = { pointer: '/params/stageSet' } as const;

function paramsOf({ environment: { environment }, stageSet, names }: Gated): Record<string, unknown> {
  return { environment, stageSet, ...(names === undefined ? {} : { names: names.slice(0, 3) }) };
}

function rejectedBy({ rejected }: ApprovalDocument, gated: Gated): Refusal {
  const { by = 'somebody', at: when = '', reason = '' } = rejected ?? {};
  const detail = `${by} rejected it at ${when}: ${reason}; change it and ${nextCommand('request-approval', paramsOf(gated))}`;
  return { ...at, name: gated.stageSet, code: 'APPROVAL_REJECTED', detail };
}

function againstPlan({ gated, policy, subject: { plan }, meta }: Facts): Refusal[] {
  const { environment, stageSet } = gated;
  const again = nextCommand('plan', paramsOf(gated));
  if (plan === undefined) {
    const detail = `no complete plan is about exactly these entries and the target of ${environment.environment}; ${again}`;
    return [{ ...at, name: stageSet, code: 'PLAN_MISSING', detail }];
  }
  const age = ageSeconds(plan, meta);
  if (age < policy.planMaxAgeMinutes * 60) return [];
  const detail = `the plan is ${Math.floor(age / 60)} minutes old, and ${environment.environment} wants one of less than ${policy.planMaxAgeMinutes}; ${again}: an approval stays as it is where the plan says the same`;
  return [{ ...at, name: stageSet, code: 'PLAN_TOO_OLD', detail }];
}

function againstApproval({ gated, policy, approval, subject }: Facts): Refusal[] {
  const { stageSet, entries } = gated;
  const ask = nextCommand('request-approval', paramsOf(gated));
  const missing = (detail: string): Refusal[] => [
    { ...at, name: stageSet, code: 'APPROVAL_MISSING', detail },
  ];
  const none = `needs ${votes(policy.required)}`;
  if (approval === undefined) return missing(`${none}, and none was asked for; ${ask}`);
  if (approval.state === 'withdrawn')
    return missing(`${none}, and ${approval.withdrawn?.by ?? 'somebody'} has withdrawn the request; ${ask}`);
  if (approval.state === 'used')
    return missing(`${none}, and the last was used by release ${approval.release ?? 0}; ${ask}`);
  // With the same entries and no plan, the plan alone is missing: it may say what was approved.
  const isSame =
    subject.contentHash === undefined
      ? approval.entries === subject.entries
      : approval.contentHash === subject.contentHash;
  if (!isSame) {
    const what =
      approval.entries === subject.entries ? 'what the plan says has changed' : 'the entries have changed';
    const detail = `${approval.contentHash} was asked for by ${approval.requestedBy.name}, and ${what} since; ${ask}`;
    return [{ ...at, name: stageSet, code: 'APPROVAL_VOID', detail }];
  }
  const counting = countingVotes(approval, entries, policy);
  if (counting.length >= policy.required) return [];
  const { environment } = gated.environment;
  const authors = authorsOf(entries);
  const who = counting.length === 0 ? '' : ` (${counting.map(({ name }) => name).join(', ')})`;
  const mayNot =
    policy.fourEyes && authors.length > 0 ? `; who staged it may not: ${authors.join(', ')}` : '';
  const next = nextCommand('approve', { environment, stageSet, contentHash: approval.contentHash });
  return missing(
    `has ${counting.length} of ${votes(policy.required)}${who}${mayNot}; another one with the role ${policy.roles.join(' or ')} is to ${next}${localHint(authors)}`,
  );
}

const votes = (count: number): string => `${count} ${count === 1 ? 'approval' : 'approvals'}`;

/** To be deleted and created anew is more than was approved, unless the plan says so. */
function beyondPlan({ gated, subject: { plan }, meta: { project } }: Facts, seen: Seen): Refusal[] {
  const { allowRecreate = [], environment: here, stageSet } = gated;
  const ref = { project, environment: here.environment, stageSet };
  return allowRecreate.flatMap((name, index): Refusal[] => {
    const planned = seenAs(seen, plannedId(ref, name), 'planned');
    if (plan === undefined || (planned?.task === plan.task && planned.plan.operation === 're-create'))
      return [];
    const detail =
      'is not re-created by the plan that was approved; leave it out, or plan with allowRecreate and ask for approval of that';
    return [{ pointer: `/params/allowRecreate/${index}`, name, code: 'APPROVAL_VOID', detail }];
  });
}
