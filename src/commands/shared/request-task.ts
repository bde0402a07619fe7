import type { Meta } from '../../core/decision.js';
import { effectsId, taskId } from '../../core/ids.js';
import type { EnvironmentDocument, TaskRequested } from '../../core/types.js';
import { seenAs, type Seen } from './read.js';

/** What a deployer is to do. */
export interface TaskWish extends Pick<
  TaskRequested,
  | 'operation'
  | 'stageSet'
  | 'names'
  | 'allowRecreate'
  | 'toRelease'
  | 'packages'
  | 'entries'
  | 'functions'
  | 'drift'
  | 'import'
  | 'override'
> {
  readonly environment: EnvironmentDocument;
}

export interface RequestedTask {
  readonly event: TaskRequested;
  /** What the caller is told. */
  readonly result: Record<string, unknown>;
}

/** What asking for a task reads. */
export function taskReads({ deploymentsTopic }: Meta): string[] {
  return [effectsId(deploymentsTopic)];
}

/** Numbers a task's effects: one a function, or one in all. The task is named by the id of its command. */
export function requestTask({ environment: at, ...wish }: TaskWish, seen: Seen, meta: Meta): RequestedTask {
  const { project, commandId: task, deploymentsTopic: topic } = meta;
  const { environment, target } = at;
  const count = wish.functions?.length ?? 1;
  const first = seenAs(seen, effectsId(topic), 'effects')?.next ?? 1;
  const event: TaskRequested = {
    type: 'task-requested',
    project,
    environment,
    task,
    ...wish,
    target,
    effects: { topic, first, count },
  };
  const document = taskId({ project, environment, task });
  return { event, result: { environment, target: target.kind, task, document } };
}
