import { isAborted } from '../../core/pause.js';
import { byCodeUnit } from '../../core/own.js';
import type { FunctionPlan, TaskDocument } from '../../core/types.js';
import { AppError } from '../../errors.js';
import { planOne, prepare, type PrepareContext, type Prepared } from './plan-one.js';
import type { Inspect } from './plan-subject.js';
import { readStagedFacts, type StagedFacts } from './staged-facts.js';

export interface PlanContext extends Omit<PrepareContext, 'environment' | 'task' | 'after'> {
  /** Pre-flight and contract between functions. */
  readonly inspect?: Inspect | undefined;
  /** How long the whole plan may take. */
  readonly limitMs: number;
}

/** Functions made out side by side; how many requests that makes at once is up to the cluster's limiter. */
const AT_ONCE = 32;

/** Plans every staged entry of a task, by function name; nothing is written. Rejects with TASK_OVERDUE when it takes too long. */
export async function planTask(task: TaskDocument, context: PlanContext): Promise<FunctionPlan[]> {
  const { project, environment } = task;
  const overdue = AbortSignal.timeout(context.limitMs);
  const signal = AbortSignal.any([context.signal, overdue]);
  const within = { ...context, signal, environment, task: `task/${task.task}`, after: task.requested };
  try {
    const facts = await readStagedFacts(task, context.reads);
    const prepared = await prepareAll(facts, within);
    const subjects = prepared.map(({ subject }) => subject);
    const findings = await context.inspect?.(subjects, { project, environment, signal });
    refuseWhenOver(signal);
    return prepared
      .map((one) => planOne(one, findings?.get(one.subject.function)))
      .sort((left, right) => byCodeUnit(left.function, right.function));
  } catch (error) {
    if (!isAborted(overdue) || isAborted(context.signal)) throw error;
    const seconds = Math.round(context.limitMs / 1000);
    throw new AppError('TASK_OVERDUE', `The plan was not finished within ${seconds} s.`);
  }
}

async function prepareAll(facts: readonly StagedFacts[], context: PrepareContext): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    for (let one = facts[next++]; one !== undefined && !failed; one = facts[next++]) {
      refuseWhenOver(context.signal);
      try {
        prepared.push(await prepare(one, context));
      } catch (error) {
        // The others stop too: without this function there is no plan.
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const fault = results.find((result) => result.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
  return prepared;
}

function refuseWhenOver(signal: AbortSignal): void {
  if (isAborted(signal)) throw new AppError('CLOSED', 'The plan was ended.');
}
