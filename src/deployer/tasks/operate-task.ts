import { isAborted, pause } from '../../core/pause.js';
import type { TaskResult } from '../../core/types.js';
import { AppError, hasCode, messageOf } from '../../errors.js';
import type { ClusterAnswer, Functions, WorkloadRef } from '../../ports/functions.js';
import { classify, type Classified } from '../classify.js';

export type OperateOperation = 'start' | 'stop' | 'restart';

export interface OperateOptions {
  readonly functions: Functions;
  /** How long one function is tried. */
  readonly deadlineMs: number;
  /** Ends the waiting between tries: rejects with CLOSED. */
  readonly signal: AbortSignal;
  /** Wait before the second try; doubles up to 15 s. @defaultValue 500 */
  readonly retryMs?: number;
}

const LONGEST_WAIT_MS = 15_000;
const REASON_LENGTH = 500;
/** The answer to a start where nothing is stopped, and to a stop where everything is. */
const ALREADY_SO = /^Operation not permitted/;

/**
 * Starts, stops or restarts one function. Doing it again does no harm: what is so already stays so, and a restart whose
 * answer was lost is one more restart.
 */
export async function operateFunction(
  operation: OperateOperation,
  ref: WorkloadRef,
  options: OperateOptions,
): Promise<TaskResult> {
  const name = `${ref.tenant}/${ref.namespace}/${ref.name}`;
  const end = Date.now() + options.deadlineMs;
  for (let tries = 1; ; tries += 1) {
    const { answer, verdict, code, hint } = await ask(operation, ref, options.functions);
    if (verdict === 'done') return { function: name, outcome: 'done', answer: told(answer) };
    const isLater = verdict === 'retry' || verdict === 'not-ready';
    const waitMs = Math.min(LONGEST_WAIT_MS, (options.retryMs ?? 500) * 2 ** (tries - 1));
    if (!isLater || Date.now() + waitMs > end) {
      const more = [
        ...(hint === undefined ? [] : [`(${hint})`]),
        ...(isLater ? [`given up after ${tries} tries`] : []),
      ];
      const reason = [answer.reason, ...more].join(' ');
      return { function: name, outcome: 'failed', answer: { ...told({ ...answer, reason }), code } };
    }
    await pause(waitMs, options.signal);
    if (isAborted(options.signal)) throw new AppError('CLOSED', 'The deployer stops; the task comes again.');
  }
}

type Judged = Classified & { readonly answer: ClusterAnswer };

async function ask(operation: OperateOperation, ref: WorkloadRef, functions: Functions): Promise<Judged> {
  try {
    if (operation === 'stop') return judge(await functions.stop(ref));
    const started = judge(await functions.start(ref));
    // A restart lets a stopped one run, but the cluster still counts it as stopped, and the next update stops it: so it is started first.
    if (operation === 'start' || started.verdict !== 'done') return started;
    return judge(await functions.restart(ref));
  } catch (error) {
    if (!hasCode(error, 'CLUSTER_UNREACHABLE')) throw error;
    return { verdict: 'retry', code: 'CLUSTER_UNREACHABLE', answer: { status: 0, reason: messageOf(error) } };
  }
}

function judge(answer: ClusterAnswer): Judged {
  const isSoAlready = answer.status === 400 && ALREADY_SO.test(answer.reason);
  return { ...(isSoAlready ? { verdict: 'done', code: 'INTERNAL' } : classify(answer)), answer };
}

function told({ status, reason }: ClusterAnswer): NonNullable<TaskResult['answer']> {
  return reason === '' ? { status } : { status, reason: reason.slice(0, REASON_LENGTH) };
}
