import { taskId } from '../core/ids.js';
import type { PlanRecorded, TaskDocument, TaskRecorded, TaskRequested } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `task:<project>:<environment>:<task>`: what a deployer was asked to do, and what came of it. */
export const task = defineProjection<TaskDocument, TaskRequested | TaskRecorded | PlanRecorded>({
  kind: 'task',
  touches: (event) =>
    event.type === 'task-requested' || event.type === 'task-recorded' || event.type === 'plan-recorded'
      ? [[taskId(event), event]]
      : [],
  apply: (document, event, { position, time, actor }) => {
    switch (event.type) {
      case 'task-requested': {
        const { project, environment, operation, target, effects, stageSet, names, functions } = event;
        return {
          kind: 'task',
          project,
          environment,
          task: event.task,
          operation,
          state: 'requested',
          target,
          requestedAt: time,
          requestedBy: actor,
          requested: position,
          of: effects.count,
          counts: { done: 0, failed: 0 },
          ...(stageSet === undefined ? {} : { stageSet }),
          ...(names === undefined ? {} : { names }),
          ...(functions === undefined ? {} : { functions }),
        };
      }
      case 'task-recorded': {
        if (document === undefined) return undefined;
        const { state, counts, results, code, reason } = event;
        const all = [...(document.results ?? []), ...results];
        return {
          ...document,
          state,
          counts,
          ...(all.length === 0 ? {} : { results: all.slice(0, MAX_RESULTS) }),
          ...(code === undefined ? {} : { code }),
          ...(reason === undefined ? {} : { reason }),
          ...(state === 'requested' ? {} : { finishedAt: time }),
        };
      }
      case 'plan-recorded': {
        if (document === undefined) return undefined;
        const { state, summary } = event;
        return {
          ...document,
          state,
          plan: summary,
          ...(state === 'requested' ? {} : { finishedAt: time }),
        };
      }
    }
  },
});

/** As many functions as a task may name. */
const MAX_RESULTS = 500;
