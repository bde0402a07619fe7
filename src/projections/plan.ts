import { planId } from '../core/ids.js';
import type { PlanDocument, PlanRecorded } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `plan:<project>:<environment>:<stage set>`: the newest plan, as far as it is there. */
export const plan = defineProjection<PlanDocument, PlanRecorded>({
  kind: 'plan',
  touches: (event) => (event.type === 'plan-recorded' ? [[planId(event), event]] : []),
  apply: (document, event, { time }) => {
    const { project, environment, stageSet, task, requested, target, state, summary } = event;
    if (document !== undefined && document.requested > requested) return document;
    return {
      kind: 'plan',
      project,
      environment,
      stageSet,
      task,
      requested,
      target,
      plannedAt: time,
      complete: state === 'done',
      summary,
    };
  },
});
