import type { FunctionPlan, PlanNotice, PlanOperation } from '../core/types.js';
import type { WorkloadRef } from '../ports/functions.js';
import type { Plan } from './plan.js';

/** What is known of a function besides its plan. */
export interface PlanFacts {
  readonly ref: WorkloadRef;
  /** What was planned; null for a deletion. */
  readonly contentHash: string | null;
  /** `none`: its code is installed in the cluster (`builtin://`); `unknown`: nobody knows which package the cluster has. */
  readonly package: 'none' | 'known' | 'unknown';
  /** The digest of its package (hex), where it has one. */
  readonly packageSha256?: string | undefined;
  /** It is stopped, as far as that is known. */
  readonly stopped?: boolean | undefined;
  /** Messages that wait in its subscriptions. */
  readonly backlog?: number | undefined;
  /** Findings of the pre-flight and of the contract between functions. */
  readonly notices?: readonly PlanNotice[];
}

const OPERATIONS: Readonly<Record<Plan['operation'], PlanOperation>> = {
  none: 'unchanged',
  create: 'create',
  update: 'update',
  're-create': 're-create',
  delete: 'delete',
  refuse: 'blocked',
};
const MOST = 100;
const BLOCKED_LENGTH = 1000;

/** The plan of one function, as it is told to people and kept. What would fail is blocked, whatever the cluster would say. */
export function functionPlan(plan: Plan, facts: PlanFacts): FunctionPlan {
  const { ref, contentHash, packageSha256, stopped, backlog } = facts;
  const notices = [...(facts.notices ?? [])];
  if (plan.operation === 'refuse') {
    const detail = plan.reason.slice(0, BLOCKED_LENGTH);
    notices.unshift({ code: 'CLUSTER_REFUSED', blocks: true, detail });
  }
  const operation = notices.some(({ blocks }) => blocks) ? 'blocked' : OPERATIONS[plan.operation];
  return {
    function: `${ref.tenant}/${ref.namespace}/${ref.name}`,
    workload: ref.type,
    contentHash,
    operation,
    changes: plan.fields.slice(0, MOST),
    // A stopped function is updated without being started.
    restarts: (operation === 'update' || operation === 're-create') && stopped !== true,
    package: packageOf(plan, { ...facts, operation }),
    ...(packageSha256 === undefined ? {} : { packageSha256 }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(backlog === undefined ? {} : { backlog }),
    notices: notices.slice(0, MOST),
  };
}

function packageOf(
  plan: Plan,
  facts: Pick<PlanFacts, 'package'> & { readonly operation: PlanOperation },
): FunctionPlan['package'] {
  if (facts.package === 'none' || facts.operation === 'delete') return 'none';
  if ('sendPackage' in plan && plan.sendPackage && facts.operation !== 'blocked') return 'sent';
  return facts.package === 'unknown' ? 'unknown' : 'kept';
}
