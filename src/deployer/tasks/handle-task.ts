import type { OutgoingMessage, ReceivedMessage } from '../../ports/bus.js';
import type { DeploymentProblem } from '../deployment-message.js';
import { createMemory } from '../memory.js';
import { createSlots } from '../slots.js';
import { runTask, type TaskContext, type TaskEnding } from './run-task.js';
import { readTask, type TaskAssignment } from './task-assignment.js';
import type { TaskReporter } from './task-reporter.js';

/** What a deployer remembers of tasks: what comes again, because it could not be acknowledged, is not done again. */
export interface TaskEndings {
  /** What is known for this assignment, or what `work` comes to. */
  of(assignment: TaskAssignment, work: () => Promise<TaskEnding>): Promise<TaskEnding>;
}

/** Tasks about whole sets at once: each holds all that it is about in memory. */
const WHOLES_AT_ONCE = 2;

/** Keeps the newest 10,000 outcomes of functions; what a task about a whole came to is large, and made anew. */
export function createTaskEndings(): TaskEndings {
  const memory = createMemory<TaskEnding>(({ kind }) => kind === 'result', 10_000);
  const wholes = createSlots(WHOLES_AT_ONCE);
  return {
    of: ({ effect, body }, work) =>
      memory.of(`${effect}\n${body.task}`, body.function === undefined ? () => wholes(work) : work),
  };
}

export interface TaskSession {
  readonly environment: string;
  readonly context: TaskContext;
  readonly endings: TaskEndings;
  readonly reporter: TaskReporter;
  /** Stores a message on the results topic. */
  readonly send: (message: OutgoingMessage) => Promise<void>;
  readonly acknowledge: (message: ReceivedMessage) => Promise<void>;
  readonly deadLetter: (message: ReceivedMessage, problem: DeploymentProblem) => Promise<void>;
}

/** Carries a task out and reports it. The message is acknowledged when what it came to is stored on the results topic. */
export async function handleTask(session: TaskSession, message: ReceivedMessage): Promise<void> {
  const { context, endings, reporter } = session;
  const assignment = readTask(message, session.environment);
  if ('problem' in assignment) return putAside(session, message, assignment.problem);
  const { effect, body } = assignment;
  const ending = await endings.of(assignment, () => runTask(assignment, context));
  switch (ending.kind) {
    case 'dead-letter':
      return putAside(session, message, ending.problem);
    case 'finished':
      return session.acknowledge(message);
    case 'commands':
      for (const command of ending.commands) await session.send(command);
      return session.acknowledge(message);
    case 'result': {
      const { project, environment, task } = body;
      const done = (): Promise<void> => session.acknowledge(message);
      reporter.add({ project, environment, task, effect, result: ending.result, done });
      return;
    }
  }
}

async function putAside(
  { context, ...session }: TaskSession,
  message: ReceivedMessage,
  problem: DeploymentProblem,
): Promise<void> {
  context.log.warn({ messageId: message.id, key: message.key, ...problem }, 'message-put-aside');
  await session.deadLetter(message, problem);
  await session.acknowledge(message);
}
