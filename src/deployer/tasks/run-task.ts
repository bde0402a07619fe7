import type { RecordTaskParams, TaskDocument, TaskResult } from '../../core/types.js';
import { AppError, hasCode, messageOf, type Code } from '../../errors.js';
import type { OutgoingMessage } from '../../ports/bus.js';
import type { ClusterAdmin } from '../../ports/cluster.js';
import type { DeployContext } from '../deploy-one.js';
import type { DeploymentProblem } from '../deployment-message.js';
import { checkDrift, driftCommands } from './check-drift.js';
import { findDeployed, importCommands, type ImportContext } from './import-deployed.js';
import { lookUpTask } from './look-up-task.js';
import { operateFunction } from './operate-task.js';
import type { Inspect } from './plan-subject.js';
import { planTask } from './plan-task.js';
import type { TaskAssignment } from './task-assignment.js';
import { endCommand, planCommands } from './task-commands.js';

/** What a task needs beyond a deployment. */
export interface TaskContext extends DeployContext, Pick<ImportContext, 'secretRules'> {
  /** Pre-flight and contract between functions, for plans. */
  readonly inspect?: Inspect | undefined;
  /** What else can be asked of the cluster, besides its functions. */
  readonly admin?: ClusterAdmin;
  readonly now: () => number;
}

/** What becomes of a task's message. */
export type TaskEnding =
  /** What it came to for its function. */
  | { readonly kind: 'result'; readonly result: TaskResult }
  /** What is to be reported of the whole, in this order. */
  | { readonly kind: 'commands'; readonly commands: readonly OutgoingMessage[] }
  /** The journal has an outcome already. */
  | { readonly kind: 'finished' }
  | { readonly kind: 'dead-letter'; readonly problem: DeploymentProblem };

/** A plan of thousands of functions takes minutes on a slow cluster; whoever waits for it gives up by then. */
const PLAN_LIMIT_MS = 10 * 60 * 1_000;
const REASON_LENGTH = 2000;

/** Carries out one message of a task, if it is still due. Rejects with CLOSED when the deployer stops. */
export async function runTask(assignment: TaskAssignment, context: TaskContext): Promise<TaskEnding> {
  const { body } = assignment;
  const log = context.log.child({ task: body.task, operation: body.operation, project: body.project });
  const started = performance.now();
  const found = await lookUpTask(assignment, { ...context, log });
  switch (found.verdict) {
    case 'unknown':
      return { kind: 'dead-letter', problem: found.problem };
    case 'finished':
      log.info({ function: body.function }, 'task-finished-before');
      return { kind: 'finished' };
    case 'void':
      log.warn({ code: found.code, reason: found.reason }, 'task-not-carried-out');
      return failure(assignment, found.code, found.reason);
    case 'due':
      try {
        const ending = await carryOut(assignment, found.task, { ...context, log });
        log.info({ function: body.function, ms: Math.round(performance.now() - started) }, 'task-done');
        return ending;
      } catch (error) {
        if (hasCode(error, 'CLOSED')) throw error;
        const { code, reason } = faultOf(error, log);
        log.warn({ code, reason }, 'task-failed');
        return failure(assignment, code, reason);
      }
  }
}

async function carryOut(
  assignment: TaskAssignment,
  task: TaskDocument,
  context: TaskContext,
): Promise<TaskEnding> {
  const { operation } = assignment.body;
  switch (operation) {
    case 'plan': {
      const functions = await planTask(task, { ...context, limitMs: PLAN_LIMIT_MS });
      return { kind: 'commands', commands: planCommands(assignment, task, functions) };
    }
    case 'start':
    case 'stop':
    case 'restart': {
      const { subject } = assignment;
      if (subject === undefined) throw new AppError('TASK_NOT_KNOWN', 'It names no function.');
      return { kind: 'result', result: await operateFunction(operation, subject, context) };
    }
    case 'check-drift':
      return {
        kind: 'commands',
        commands: driftCommands(assignment, await checkDrift(task, context)),
      };
    case 'import':
      return {
        kind: 'commands',
        commands: importCommands(assignment, await findDeployed(task, { ...context, admin: context.admin })),
      };
  }
}

/** Reported for the function where the message is about one, else for the whole. */
function failure(assignment: TaskAssignment, code: Code, reason: string): TaskEnding {
  const { function: name } = assignment.body;
  const told = reason.slice(0, REASON_LENGTH);
  if (name !== undefined) {
    const answer = { status: 0, code, reason: told };
    return { kind: 'result', result: { function: name, outcome: 'failed', answer } };
  }
  const end: Pick<RecordTaskParams, 'end' | 'code' | 'reason'> = { end: 'failed', code, reason: told };
  return { kind: 'commands', commands: [endCommand(assignment, end)] };
}

function faultOf(error: unknown, log: TaskContext['log']): { readonly code: Code; readonly reason: string } {
  if (error instanceof AppError) return { code: error.code, reason: error.message };
  log.error({ error: messageOf(error) }, 'task-hit-a-fault');
  return { code: 'INTERNAL', reason: 'Something failed inside the deployer; its log says what.' };
}
