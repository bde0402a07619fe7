import { pause } from '../core/pause.js';
import type { Reply, TaskDocument } from '../core/types.js';
import { formatDuration } from './duration.js';
import { EXIT, Exit } from './exit.js';
import { isProblem } from './problems.js';
import { RELEASE_TIMEOUT_MS, report, submit, type Session } from './session.js';

/** A command that asks a deployer for something. */
export interface TaskRequest {
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Covers the reply and the task. @defaultValue 10 minutes */
  readonly timeout?: number | undefined;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;
/** How far it is, is said when something has changed, and that it still waits not more often than this. */
const PROGRESS_MS = 10_000;

/**
 * Sends the command and waits until its task is over, saying how far it is. Ends the command with 124 when the time is
 * over. It asks for the document again and again: that holds over a restart of the service, on any instance.
 */
export async function runTask(session: Session, request: TaskRequest): Promise<TaskDocument> {
  const { command, params, timeout = RELEASE_TIMEOUT_MS } = request;
  const deadline = Date.now() + timeout;
  const reply = await submit(session, { command, params, timeoutMs: request.timeout });
  // Refused: said as any other command says it.
  if (reply.status !== 'ok') report(session, reply, () => '');
  const id = String(reply.result?.['document']);
  let told = '';
  let toldAt = Date.now();
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(LONGEST_PAUSE_MS, wait * 1.5)) {
    const task = await read(session, id, reply);
    if (task !== undefined && task.state !== 'requested') return task;
    const progress = task === undefined ? '' : progressOf(task);
    if (progress !== told || Date.now() - toldAt >= PROGRESS_MS) {
      session.context.err(`${command}: ${progress === '' ? 'waits for a deployer' : progress}`);
      told = progress;
      toldAt = Date.now();
    }
    const left = deadline - Date.now();
    if (left <= 0)
      throw new Exit(
        EXIT.timeout,
        `${command} is not finished after ${formatDuration(timeout)}${progress === '' ? '; is a deployer running?' : `: ${progress}`}. It goes on; look at it with "stageline get ${id}".`,
      );
    await pause(Math.min(wait, left));
  }
}

/** Undefined while the service does not answer: it may be starting again. */
async function read(session: Session, id: string, reply: Reply): Promise<TaskDocument | undefined> {
  try {
    const found = await session.client.document(id, reply.position);
    if (found === undefined) throw new Exit(EXIT.failed, `there is no ${id}`);
    return found.document as TaskDocument;
  } catch (error) {
    const isLate = error instanceof Exit && isProblem(error.cause) && error.cause.code === 'NOT_REACHED';
    if (isLate || (error instanceof Exit && error.exitCode === EXIT.unreachable)) return undefined;
    throw error;
  }
}

function progressOf({ of, counts, functions, plan, found, imported }: TaskDocument): string {
  const told = plan ?? found ?? imported;
  if (told !== undefined) return `${told.received} of ${told.parts} parts`;
  const done = counts.done + counts.failed;
  return functions === undefined || done === 0 ? '' : `${done} of ${of} done`;
}

/** Ends the command with 1 where the task failed as a whole. */
export function requireNoFault({ operation, code, reason }: TaskDocument): void {
  if (code === undefined && reason === undefined) return;
  throw new Exit(
    EXIT.failed,
    `${operation} failed: ${reason ?? ''}${code === undefined ? '' : ` [${code}]`}`,
  );
}
