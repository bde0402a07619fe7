import type { Meta } from '../../core/decision.js';
import { planId } from '../../core/ids.js';
import { planHash } from '../../core/plan-hash.js';
import type { EnvironmentDocument, PlanRef, StagedDocument } from '../../core/types.js';
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
export function newestPlan(
  seen: Seen,
  { environment: here, stageSet, entries }: Committing,
  { project, time: now }: Meta,
): NewestPlan {
  const { environment, target } = here;
  const plan = seenAs(seen, planId({ project, environment, stageSet }), 'plan');
  if (
    plan?.complete !== true ||
    plan.target !== target.fingerprint ||
    plan.summary.contentHash !== planHash(entries)
  )
    return { told: { plan: 'none for this content' }, kept: {} };
  const { task, plannedAt: time, summary } = plan;
  const { contentHash, counts: operations, notices, blocked } = summary;
  const ageSeconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(time)) / 1000));
  return {
    told: { plan: { task, time, ageSeconds, operations, notices, blocked } },
    kept: { plan: { task, contentHash, time } },
  };
}
