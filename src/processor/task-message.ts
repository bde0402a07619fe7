import { taskId } from '../core/ids.js';
import type { PendingTask, TaskDocument, TaskMessage } from '../core/types.js';
import type { Effect } from './effect-sender.js';

/** The messages that a deployer gets of a task: one a function, in order with that function's deployments, or one in all. */
export function taskMessages(
  { functions, operation }: TaskDocument,
  pending: PendingTask,
  expired: string | undefined,
): Effect[] {
  const { project, environment, task, position, first } = pending;
  const subjects = functions ?? [undefined];
  return subjects.map((subject, index) => {
    const body: TaskMessage = {
      environment,
      project,
      task,
      operation,
      ...(subject === undefined ? {} : { function: subject.function, workload: subject.workload }),
      ...(expired === undefined ? {} : { expired }),
    };
    return {
      number: first + index,
      message: {
        key: subject?.function ?? task,
        properties: { effect: `0/${position}/${index}`, document: taskId(pending), task },
        payload: Buffer.from(JSON.stringify(body)),
      },
    };
  });
}

/**
 * Why a task is not wanted any more, if it is not. It is never held as a release is, since whoever asked has long stopped
 * waiting: it leaves all the same, and the deployer ends it as failed.
 */
export function expiryOf(
  { time, position }: PendingTask,
  { staleBefore, restored }: { readonly staleBefore: number; readonly restored: number },
): string | undefined {
  if (position <= restored)
    return 'It was asked for before the journal was restored, and may have been carried out already.';
  return Date.parse(time) < staleBefore
    ? 'It was asked for more than an hour before the service started.'
    : undefined;
}
