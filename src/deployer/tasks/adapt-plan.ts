import type { FieldChange, FunctionPlan, PlanNotice, PlanOperation } from '../../core/types.js';
import type { WorkloadRef } from '../../ports/functions.js';
import type { Plan } from '../plan.js';

interface Facts {
  readonly ref: WorkloadRef;
  readonly contentHash: string | null;
  readonly package: 'none' | 'known' | 'unknown';
  readonly stopped?: boolean | undefined;
  readonly backlog?: number | undefined;
  readonly notices?: readonly PlanNotice[];
}

/** The plan of one function, out of the planner's plan of today. */
export function functionPlan(plan: Plan, facts: Facts): FunctionPlan {
  const { ref, contentHash, stopped, backlog } = facts;
  const notices = [...(facts.notices ?? [])];
  if (plan.operation === 'refuse')
    notices.unshift({ code: 'CLUSTER_REFUSED', blocks: true, detail: plan.reason });
  const operation = notices.some(({ blocks }) => blocks) ? 'blocked' : operationOf(plan);
  const sends = 'sendPackage' in plan && plan.sendPackage;
  const kept = facts.package === 'unknown' ? 'unknown' : 'kept';
  return {
    function: `${ref.tenant}/${ref.namespace}/${ref.name}`,
    workload: ref.type,
    contentHash,
    operation,
    changes: changesOf(plan),
    restarts: operation === 'update' && stopped !== true,
    package: facts.package === 'none' || contentHash === null ? 'none' : sends ? 'sent' : kept,
    ...(stopped === undefined ? {} : { stopped }),
    ...(backlog === undefined ? {} : { backlog }),
    notices,
  };
}

function operationOf(plan: Plan): PlanOperation {
  switch (plan.operation) {
    case 'none':
      return 'unchanged';
    case 'refuse':
      return 'blocked';
    case 'create':
    case 'update':
    case 'delete':
      return plan.operation;
  }
}

function changesOf(plan: Plan): FieldChange[] {
  const changes = 'changes' in plan ? plan.changes : [];
  const kept = 'kept' in plan ? plan.kept : [];
  return [
    ...changes.map((field): FieldChange => ({
      field: `/${field}`,
      class: 'update',
      detail: `${field} changes`,
    })),
    ...kept.map((field): FieldChange => ({
      field: `/${field}`,
      class: 'ignored',
      detail: `${field} stays as it is`,
    })),
  ];
}
