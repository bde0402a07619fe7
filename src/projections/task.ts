import { taskId } from '../core/ids.js';
import type {
  DriftRecorded,
  FunctionsImported,
  PlanRecorded,
  TaskDocument,
  TaskRecorded,
  TaskRequested,
} from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `task:<project>:<environment>:<task>`: what a deployer was asked to do, and what came of it. */
export const task = defineProjection<
  TaskDocument,
  TaskRequested | TaskRecorded | PlanRecorded | DriftRecorded | FunctionsImported
>({
  kind: 'task',
  touches: (event) =>
    event.type === 'task-requested' ||
    event.type === 'task-recorded' ||
    event.type === 'plan-recorded' ||
    event.type === 'drift-recorded' ||
    event.type === 'functions-imported'
      ? [[taskId(event), event]]
      : [],
  apply: (document, event, { position, time, actor }) => {
    switch (event.type) {
      case 'task-requested': {
        const { project, environment, operation, target, effects, stageSet, names, functions } = event;
        const { allowRecreate, toRelease, packages, entries } = event;
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
          ...(allowRecreate === undefined ? {} : { allowRecreate }),
          ...(toRelease === undefined ? {} : { toRelease }),
          ...(packages === undefined ? {} : { packages }),
          ...(entries === undefined ? {} : { entries }),
          ...(functions === undefined ? {} : { functions }),
          ...(event.drift === undefined ? {} : { drift: event.drift }),
          ...(event.import === undefined ? {} : { import: event.import }),
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
      case 'drift-recorded':
      case 'functions-imported': {
        if (document === undefined) return undefined;
        const { state, summary } = event;
        return {
          ...document,
          state,
          ...(event.type === 'drift-recorded' ? { found: event.summary } : importedOf(document, event)),
          counts: { done: doneOf(summary), failed: 0 },
          ...(state === 'requested' ? {} : { finishedAt: time }),
        };
      }
    }
  },
});

const MAX_LEFT_OUT = 100;

function importedOf(
  { leftOut = [] }: TaskDocument,
  { summary, leftOut: more }: FunctionsImported,
): Pick<TaskDocument, 'imported' | 'leftOut'> {
  const all = [...leftOut, ...more].slice(0, MAX_LEFT_OUT);
  return { imported: summary, ...(all.length === 0 ? {} : { leftOut: all }) };
}

/** Functions compared, or taken over. */
function doneOf(summary: DriftRecorded['summary'] | FunctionsImported['summary']): number {
  return 'checked' in summary ? summary.checked : summary.imported;
}

/** As many functions as a task may name. */
const MAX_RESULTS = 500;
