import type { TaskMessage } from '../../core/types.js';
import { validator } from '../../core/validate.js';
import type { ReceivedMessage } from '../../ports/bus.js';
import type { WorkloadRef } from '../../ports/functions.js';
import type { DeploymentProblem } from '../deployment-message.js';

/** A task as it was sent, in parts that are known to be there. */
export interface TaskAssignment {
  /** Id of the effect: `<partition>/<position>/<n>`. */
  readonly effect: string;
  /** Position of the record that asked for it. */
  readonly position: number;
  readonly body: TaskMessage;
  /** The function that it is about, if it is about one. */
  readonly subject: WorkloadRef | undefined;
}

const validate = validator('task-message.json');
const EFFECT = /^\d+\/(\d{1,15})\/\d+$/;

/** True for what the dispatcher has sent as a task; anything else is taken for a deployment. */
export function isTask({ properties }: ReceivedMessage): boolean {
  return properties['task'] !== undefined;
}

/** Reads a task message; a problem if it is none for this environment. */
export function readTask(
  message: ReceivedMessage,
  environment: string,
): TaskAssignment | { readonly problem: DeploymentProblem } {
  const body = parse(message.payload);
  if (body === undefined)
    return { problem: { code: 'INVALID_JSON', reason: 'The payload is no JSON in UTF-8.' } };
  const [fault] = validate(body);
  if (fault !== undefined) return refuse(`${fault.pointer ?? ''} ${fault.detail}`.trim());
  const task = body as TaskMessage;
  const effect = message.properties['effect'] ?? '';
  const position = EFFECT.exec(effect)?.[1];
  if (position === undefined) return refuse('The property "effect" is no <partition>/<position>/<n>.');
  if (task.environment !== environment)
    return refuse(`It is for ${task.environment}, and this is ${environment}.`);
  if ((task.function ?? task.task) !== message.key)
    return refuse('Its key is neither its function nor its task.');
  return { effect, position: Number(position), body: task, subject: subjectOf(task) };
}

function subjectOf({ function: name, workload }: TaskMessage): WorkloadRef | undefined {
  if (name === undefined || workload === undefined) return undefined;
  const [tenant = '', namespace = '', ...rest] = name.split('/');
  return { type: workload, tenant, namespace, name: rest.join('/') };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

const refuse = (reason: string): { problem: DeploymentProblem } => ({
  problem: { code: 'UNKNOWN_TASK', reason },
});
