import { driftId } from '../core/ids.js';
import type { DriftDocument, DriftRecorded } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `drift:<project>:<environment>`: the newest comparison of all functions, as far as it is there. */
export const drift = defineProjection<DriftDocument, DriftRecorded>({
  kind: 'drift',
  touches: (event) =>
    event.type === 'drift-recorded' && event.some !== true ? [[driftId(event), event]] : [],
  apply: (document, event, { time }) => {
    const { project, environment, task, requested, target, state, summary } = event;
    if (document !== undefined && document.requested > requested) return document;
    return {
      kind: 'drift',
      project,
      environment,
      task,
      requested,
      target,
      checkedAt: time,
      complete: state === 'done',
      summary,
    };
  },
});
