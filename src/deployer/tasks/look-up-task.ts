import { taskId } from '../../core/ids.js';
import type { TaskDocument } from '../../core/types.js';
import type { Code } from '../../errors.js';
import type { DeploymentProblem } from '../deployment-message.js';
import { documentOf, readPatiently, type LookUpOptions } from '../look-up.js';
import type { TaskAssignment } from './task-assignment.js';

/** What the documents say to a task. */
export type FoundTask =
  | { readonly verdict: 'unknown'; readonly problem: DeploymentProblem }
  /** It has an outcome already. */
  | { readonly verdict: 'finished' }
  /** It is not to be carried out any more. */
  | { readonly verdict: 'void'; readonly code: Code; readonly reason: string }
  | { readonly verdict: 'due'; readonly task: TaskDocument };

export interface TaskLookUpOptions extends LookUpOptions {
  /** Fingerprint of the deployer's target. */
  readonly fingerprint: string;
  readonly now: () => number;
}

/** Whoever asked has stopped waiting by then: what is done so late is more likely to surprise than to help. */
const STALE_MS = 60 * 60 * 1_000;

/** Reads a task's document as it stood after its record, or later. Whoever may write to the topic can send anything: only what the journal knows is done. */
export async function lookUpTask(assignment: TaskAssignment, options: TaskLookUpOptions): Promise<FoundTask> {
  const { body, position } = assignment;
  const id = taskId(body);
  const task = documentOf(await readPatiently([id], position, options), id, 'task');
  const problem = problemOf(assignment, task);
  if (task === undefined || problem !== undefined)
    return {
      verdict: 'unknown',
      problem: { code: 'UNKNOWN_TASK', reason: problem ?? 'There is no such task.' },
    };
  if (
    task.state !== 'requested' ||
    task.results?.some((result) => result.function === body.function) === true
  )
    return { verdict: 'finished' };
  if (body.expired !== undefined) return { verdict: 'void', code: 'TASK_EXPIRED', reason: body.expired };
  if (options.now() - Date.parse(task.requestedAt) > STALE_MS)
    return {
      verdict: 'void',
      code: 'TASK_EXPIRED',
      reason: 'It was asked for more than an hour ago; ask again.',
    };
  if (task.target.fingerprint !== options.fingerprint) {
    const reason = `It was asked for when ${task.environment} was another target; ask again.`;
    return { verdict: 'void', code: 'TARGET_CHANGED', reason };
  }
  return { verdict: 'due', task };
}

function problemOf({ body, position }: TaskAssignment, task: TaskDocument | undefined): string | undefined {
  if (task === undefined) return `Project ${body.project} has no task ${body.task} in ${body.environment}.`;
  if (task.operation !== body.operation || task.requested !== position)
    return 'Its operation or its effect is not that of the task in the documents.';
  const subject = task.functions?.find((one) => one.function === body.function);
  const fits =
    task.functions === undefined ? body.function === undefined : subject?.workload === body.workload;
  return fits && (task.functions === undefined || subject !== undefined)
    ? undefined
    : 'Its function is none of the task in the documents.';
}
