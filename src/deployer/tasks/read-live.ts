import { isAborted, pause } from '../../core/pause.js';
import { AppError, hasCode, messageOf } from '../../errors.js';
import type { ClusterAnswer, Functions, WorkloadRef } from '../../ports/functions.js';
import { classify } from '../classify.js';
import type { Live } from '../plan.js';
import { fieldsOf } from '../pulsar-config.js';

export interface ReadLiveOptions {
  readonly functions: Functions;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Wait before the second try; doubles up to 5 s. @defaultValue 500 */
  readonly retryMs?: number;
}

const LONGEST_WAIT_MS = 5_000;

/**
 * What a cluster has of a function. Rejects with CLUSTER_UNREACHABLE or CLUSTER_NOT_READY when it gives no answer within
 * the deadline, with CLUSTER_REFUSED when it does not let it be read.
 */
export async function readLive(ref: WorkloadRef, options: ReadLiveOptions): Promise<Live> {
  const end = Date.now() + options.deadlineMs;
  for (let waitMs = options.retryMs ?? 500; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    const answer = await options.functions.get(ref).catch(unreachable);
    const { verdict, code, hint } = 'unreachable' in answer ? UNREACHABLE : classify(answer);
    if (verdict === 'missing') return undefined;
    if (verdict === 'done') return fieldsOf(answer.body);
    const isLater = verdict === 'retry' || verdict === 'not-ready';
    if (!isLater || Date.now() + waitMs > end) {
      const status = answer.status === 0 ? '' : `HTTP ${answer.status}: `;
      throw new AppError(code, `${status}${answer.reason}${hint === undefined ? '' : ` (${hint})`}`);
    }
    await pause(waitMs, options.signal);
    if (isAborted(options.signal)) throw new AppError('CLOSED', 'The reading was ended.');
  }
}

const UNREACHABLE = { verdict: 'retry', code: 'CLUSTER_UNREACHABLE', hint: undefined } as const;

function unreachable(error: unknown): ClusterAnswer & { readonly unreachable: true } {
  if (!hasCode(error, 'CLUSTER_UNREACHABLE')) throw error;
  return { status: 0, reason: messageOf(error), unreachable: true };
}
