import { hashOf, sha256 } from '../core/canonical.js';
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
      outcome: outcomeAfter(document, event),
    };
  },
});

/**
 * The hash over what the plan says so far, function by function, so that it does not matter how it was cut into parts. How
 * many messages wait is no outcome: it changes while nobody does anything.
 */
function outcomeAfter(
  document: PlanDocument | undefined,
  { task, summary: { run, received }, functions }: PlanRecorded,
): string {
  const goesOn = received > 1 && document?.task === task && document.summary.run === run;
  return functions.reduce(
    (hash, { backlog: _backlog, ...outcome }) => sha256(`${hash}\n${hashOf(outcome)}`),
    (goesOn ? document.outcome : undefined) ?? sha256(''),
  );
}
