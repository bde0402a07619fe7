import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { taskId, type TaskRef } from '../core/ids.js';
import type {
  ProblemItem,
  RecordTaskParams,
  TaskDocument,
  TaskRecorded,
  TaskResult,
  TaskState,
} from '../core/types.js';
import { seenAs } from './shared/read.js';
import { refuse, type Refusal } from './shared/refusals.js';

interface State {
  readonly task: TaskDocument | undefined;
}

/** What a deployer reports of a task. What has an outcome already keeps it. */
export const recordTask = defineCommand<RecordTaskParams, State>({
  name: 'record-task',
  summary: 'Records what came of a task; sent by deployers.',
  schema: 'record-task.json',
  kind: 'change',
  role: 'service',
  refusals: ['UNKNOWN_TASK', 'UNKNOWN_NAME'],

  check: ({ results, end }): ProblemItem[] =>
    results === undefined && end === undefined
      ? [{ pointer: '/params', code: 'INVALID_COMMAND', detail: 'must have results or an end' }]
      : [],

  async load(load, { environment, task }, { project }) {
    const id = taskId({ project, environment, task });
    return { task: seenAs(await load.get([id]), id, 'task') };
  },

  decide({ task }, params, { project }) {
    const { environment, results = [], end, code, reason } = params;
    const ref: TaskRef = { project, environment, task: params.task };
    if (task === undefined)
      return rejectAt(
        '/params/task',
        'UNKNOWN_TASK',
        `Project "${project}" has no such task in "${environment}".`,
      );
    const subjects = new Set(task.functions?.map((subject) => subject.function));
    const refused = refuse(
      results.flatMap((result, index): Refusal[] => {
        if (subjects.has(result.function)) return [];
        const pointer = `/params/results/${index}/function`;
        return [{ pointer, name: result.function, code: 'UNKNOWN_NAME', detail: 'is not part of the task' }];
      }),
      ['UNKNOWN_NAME'],
    );
    if (refused !== undefined) return refused;

    const fresh = freshOf(task, results);
    const counts = { ...task.counts };
    for (const { outcome } of fresh) counts[outcome] += 1;
    const isOpen = task.state === 'requested';
    const state = isOpen ? stateAfter(task, counts, end) : task.state;
    const told = { environment, task: params.task, operation: task.operation, document: taskId(ref) };
    const ignored = results.length - fresh.length;
    if (!isOpen || (fresh.length === 0 && end === undefined))
      return accept([], { ...told, recorded: 0, ignored: results.length, state });
    const event: TaskRecorded = {
      type: 'task-recorded',
      ...ref,
      operation: task.operation,
      state,
      counts,
      results: fresh,
      ...(code === undefined ? {} : { code }),
      ...(reason === undefined ? {} : { reason }),
    };
    return accept([event], { ...told, recorded: fresh.length, ignored, state });
  },
});

/** Outcomes of functions that have none yet, each once. */
function freshOf(task: TaskDocument, results: readonly TaskResult[]): TaskResult[] {
  const known = new Set(task.results?.map((result) => result.function));
  return results.filter((result) => {
    if (known.has(result.function)) return false;
    known.add(result.function);
    return true;
  });
}

/** A task about functions is over when each of them has an outcome, any other when its deployer says so. */
function stateAfter(
  { functions = [] }: TaskDocument,
  { done, failed }: TaskDocument['counts'],
  end: RecordTaskParams['end'],
): TaskState {
  if (end !== undefined) return end;
  if (done + failed < functions.length) return 'requested';
  return failed === 0 ? 'done' : 'failed';
}
