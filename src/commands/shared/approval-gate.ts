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
  /** What the commit puts aside. */
  readonly acceptDifferences: readonly string[] | undefined;
  readonly force: boolean;
  /** The digest that an entry was proven with (hex). */
  readonly provenPackage: (entry: StagedDocument) => string | undefined;
}

export interface ApprovalGate {
  /** What an override passes. */
  readonly against: readonly Refusal[];
  /** What it does not. */
  readonly rejected: readonly Refusal[];
  readonly kept: { readonly approval?: ReleaseApproval };
  /** The package that was looked at when it was approved (hex): no other one is deployed. */
  readonly packageOf: (entry: StagedDocument) => string | undefined;
}

const NOTHING_APPROVED: Pick<ApprovalGate, 'kept' | 'packageOf'> = { kept: {}, packageOf: () => undefined };

/** What a commit lacks where its environment requires approvals, and what the release keeps where it lacks nothing. */
export function approvalGate(gated: Gated, seen: Seen, meta: Meta): ApprovalGate {
  const { environment: here, stageSet } = gated;
  const policy = here.approvals;
  if (policy === undefined) return { against: [], rejected: [], ...NOTHING_APPROVED };
  const ref = { project: meta.project, environment: here.environment, stageSet };
  const approval = seenAs(seen, approvalId(ref), 'approval');
  // With what was approved, not with what is asked for: that is compared apart, with better words.
  const { acceptDifferences, force } = approval ?? {};
  const subject = subjectOf({ ...gated, acceptDifferences, force }, seen, meta);
  const { plan, contentHash } = subject;
  if (approval?.state === 'rejected')
    return { against: [], rejected: [rejectedBy(approval, gated)], ...NOTHING_APPROVED };
  const facts: Facts = { gated, policy, approval, subject, meta };
  const packageOf = ({ function: name }: StagedDocument): string | undefined => {
    const planned = seenAs(seen, plannedId(ref, name), 'planned');
    return planned?.task === plan?.task ? planned?.plan.packageSha256 : undefined;
  };
  const against = [
    ...againstPlan(facts),
    ...againstApproval(facts),
    ...beyondPlan(facts, seen),
    ...beyondRequest(facts),
    ...otherPackages(facts, packageOf),
  ];
  if (against.length > 0 || approval === undefined || plan === undefined || contentHash === undefined)
    return { against, rejected: [], ...NOTHING_APPROVED };
  const approvers = countingVotes(approval, gated.entries, policy).map(({ name }) => name);
  const { task } = plan;
  const requestedBy = approval.requestedBy.name;
  const kept = { approval: { contentHash, plan: task, requestedBy, approvers } };
  return { against, rejected: [], kept, packageOf };
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

/** What was not asked for was not approved. */
function beyondRequest({ gated, approval }: Facts): Refusal[] {
  if (approval === undefined) return [];
  const { acceptDifferences = [], force, stageSet } = gated;
  const approved = new Set(approval.acceptDifferences);
  const refusals = acceptDifferences.flatMap((name, index): Refusal[] => {
    if (approved.has(name)) return [];
    const detail =
      'its differences are not accepted by what was approved; leave it out, or ask for approval with acceptDifferences';
    return [{ pointer: `/params/acceptDifferences/${index}`, name, code: 'APPROVAL_VOID', detail }];
  });
  if (!force || approval.force === true) return refusals;
  const detail = 'force is not what was approved; leave it out, or ask for approval with force';
  return [{ pointer: '/params/force', name: stageSet, code: 'APPROVAL_VOID', detail }, ...refusals];
}

/** Behind the same URL lies another package than the one that was looked at: it was proven since, and nobody approved it. */
function otherPackages({ gated }: Facts, packageOf: ApprovalGate['packageOf']): Refusal[] {
  return gated.entries.flatMap((entry): Refusal[] => {
    const approved = packageOf(entry);
    const proven = gated.provenPackage(entry);
    if (approved === undefined || proven === undefined || approved === proven) return [];
    const detail = `its plan looked at the package ${approved}, and ${proven} was proven since; ${nextCommand('plan', paramsOf(gated))} and ask for approval of that`;
    return [{ ...at, name: entry.function, code: 'APPROVAL_VOID', detail }];
  });
}
