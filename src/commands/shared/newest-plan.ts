import type { Meta } from '../../core/decision.js';
import { planId } from '../../core/ids.js';
import { planHash } from '../../core/plan-hash.js';
import type { EnvironmentDocument, PlanDocument, PlanRef, StagedDocument } from '../../core/types.js';
import { seenAs, type Seen } from './read.js';

/** What is to be committed, and where to. */
export interface Committing {
  readonly environment: EnvironmentDocument;
  readonly stageSet: string;
  readonly entries: readonly Pick<StagedDocument, 'function' | 'contentHash'>[];
}

export interface NewestPlan {
  /** What the caller is told of it. */
  readonly told: { readonly plan: string | Readonly<Record<string, unknown>> };
  /** What the release keeps of it. */
  readonly kept: { readonly plan?: PlanRef };
}

/** The newest plan of the stage set, if it is complete, of the target in force, and about exactly what is committed. */
export function completePlan(
  seen: Seen,
  { environment: here, stageSet, entries }: Committing,
  { project }: Meta,
): PlanDocument | undefined {
  const { environment, target } = here;
  const plan = seenAs(seen, planId({ project, environment, stageSet }), 'plan');
  return plan?.complete === true &&
    plan.target === target.fingerprint &&
    plan.summary.contentHash === planHash(entries)
    ? plan
    : undefined;
}

/** How old a plan is at the time of the decision. */
export function ageSeconds({ plannedAt }: PlanDocument, { time }: Meta): number {
  return Math.max(0, Math.round((Date.parse(time) - Date.parse(plannedAt)) / 1000));
}

/** What is to be said of that plan, and kept of it. */
export function newestPlan(seen: Seen, committing: Committing, meta: Meta): NewestPlan {
  const plan = completePlan(seen, committing, meta);
  if (plan === undefined) return { told: { plan: 'none for this content' }, kept: {} };
  const { task, plannedAt: time, summary } = plan;
  const { contentHash, counts: operations, notices, blocked } = summary;
  return {
    told: { plan: { task, time, ageSeconds: ageSeconds(plan, meta), operations, notices, blocked } },
    kept: { plan: { task, contentHash, time } },
  };
}
