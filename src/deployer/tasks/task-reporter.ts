import { v5 as uuidv5 } from 'uuid';
import { hashOf } from '../../core/canonical.js';
import type { TaskResult } from '../../core/types.js';
import type { OutgoingMessage } from '../../ports/bus.js';
import { createBatching, type Batching } from '../batching.js';
import type { ReporterOptions } from '../reporter.js';
import { TASK_NAMESPACE } from './task-commands.js';

/** What a task came to for one function, on its way to the journal. */
export interface TaskReport {
  readonly project: string;
  readonly environment: string;
  readonly task: string;
  readonly effect: string;
  readonly result: TaskResult;
  /** Called when the result is stored. */
  readonly done: () => Promise<void>;
}

export type TaskReporter = Batching<TaskReport>;

/** As many results as a record-task command may have. */
const MAX_RESULTS = 500;

/** Collects outcomes of tasks about functions, and sends those of a task together. */
export function createTaskReporter({ send, log, onFailure, everyMs }: ReporterOptions): TaskReporter {
  return createBatching<TaskReport>({
    send,
    onFailure,
    everyMs,
    maxResults: MAX_RESULTS,
    keyOf: ({ task }) => task,
    commandOf,
    onSent: (batch, { project, task }) =>
      log.info({ project, task, results: batch.length }, 'task-results-sent'),
  });
}

function commandOf(
  batch: readonly TaskReport[],
  { project, environment, task }: TaskReport,
): OutgoingMessage {
  const results = batch
    .map(({ result }) => result)
    .sort((left, right) => (left.function < right.function ? -1 : 1));
  const told = batch.map(({ effect, result }) => `${effect} ${hashOf(result)}`).sort();
  const id = uuidv5(told.join('\n'), TASK_NAMESPACE);
  const params = { environment, task, results };
  return {
    key: project,
    payload: Buffer.from(JSON.stringify({ id, command: 'record-task', project, params })),
  };
}
