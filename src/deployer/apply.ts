import { isAborted, pause } from '../core/pause.js';
import type { FieldChange } from '../core/types.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import type { ClusterAnswer, WorkloadRef } from '../ports/functions.js';
import { failed, there, unknown, type Applied, type Ended } from './applied.js';
import { carryOut } from './carry-out.js';
import { classify, type Classified } from './classify.js';
import { confirmWrite, otherPackage } from './confirm.js';
import { finishRecreation } from './end-recreation.js';
import { isCreated, planNow } from './plan-now.js';
import { remaining, type Desired, type Live, type Plan } from './plan.js';
import type { Recreation, RecreateOptions } from './recreation.js';
import { sendWrite, wasApplied, type Write } from './writes.js';

export interface ApplyOptions extends RecreateOptions {
  /** How long it is tried. */
  readonly deadlineMs: number;
  /** Wait before the second try; doubles up to 15 s, with jitter. @defaultValue 500 */
  readonly retryMs?: number;
  /** Called once, before the first update of what is there, and before what is stopped is re-created. */
  readonly beforeUpdate?: () => Promise<void>;
}

const LONGEST_WAIT_MS = 15_000;
const BRIEF_TRIES = 3;

const REFUSED: Classified = { verdict: 'refused', code: 'CLUSTER_REFUSED' };

/** What the loop knows from earlier turns. */
interface Progress {
  readonly end: number;
  tries: number;
  briefly: number;
  flipped: boolean;
  sentPackage: boolean;
  wrote: boolean;
  created: boolean;
  looked: boolean;
  /** A write whose outcome is not known: no answer, or one that says nothing. */
  unknown: Write | undefined;
  /** It is, or was, to be deleted and created anew. */
  recreation: Recreation | undefined;
}

/**
 * Brings one workload to what it should be: reads, plans, writes, reads back; and reads again before every further try,
 * since a request that was cut may have been applied.
 */
export async function applyDeployment(desired: Desired, options: ApplyOptions): Promise<Applied> {
  const progress: Progress = {
    end: Date.now() + options.deadlineMs,
    tries: 0,
    briefly: 0,
    flipped: false,
    sentPackage: false,
    wrote: false,
    created: false,
    looked: false,
    unknown: undefined,
    recreation: undefined,
  };
  const tried = await tryUntilEnd(desired, options, progress);
  const { recreation } = progress;
  const ended =
    recreation === undefined ? tried : await finishRecreation(desired, recreation, { ended: tried, options });
  const { sentPackage, wrote, created } = progress;
  return { ...ended, sentPackage, wrote, ...(created && recreation === undefined ? { created } : {}) };
}

async function tryUntilEnd(desired: Desired, options: ApplyOptions, progress: Progress): Promise<Ended> {
  for (;;) {
    const step = await tryOnce(desired, options, progress).catch((error: unknown) =>
      unreachable(error, progress),
    );
    if ('outcome' in step) return step;
    const waitMs = backoff(options.retryMs ?? 500, progress.tries++);
    if (Date.now() + waitMs > progress.end) return lastLook(desired, options, { step, progress });
    await pause(waitMs, options.signal);
    if (isAborted(options.signal))
      throw new AppError('CLOSED', 'The deployer stops; the deployment is tried again.');
  }
}

/** The answer because of which it is tried again. */
type Retry = Classified & { readonly answer: ClusterAnswer };
type Step = Ended | Retry;

async function tryOnce(desired: Desired, options: ApplyOptions, progress: Progress): Promise<Step> {
  const read = await options.functions.get(desired.ref);
  const evident = await planNow({ desired, read, progress }, options.functions);
  if (evident === undefined) return judge(read, progress);
  const { plan, live } = evident;
  if (progress.unknown !== undefined && wasApplied(progress.unknown, evident))
    return there(endOf(desired), { status: read.status }, differencesNow(plan, desired, live));
  if (plan.operation === 'refuse') {
    const answer = { status: 0, reason: plan.reason };
    // A worker that lags behind shows what was deleted.
    return isCreated(progress) ? { ...REFUSED, answer } : failed(answer, REFUSED);
  }
  if (plan.operation === 'none') {
    if (desired.operation === 'delete') return { outcome: 'deleted', answer: { status: read.status } };
    return there(
      progress.wrote ? 'deployed' : 'unchanged',
      { status: read.status },
      differencesNow(plan, desired, live),
    );
  }
  const look = async (): Promise<void> => {
    if (progress.looked) return;
    progress.looked = true;
    await options.beforeUpdate?.();
  };
  if (plan.operation === 'update') await look();
  const carried = await carryOut({ desired, plan, live }, { ...options, look }, progress);
  return 'outcome' in carried ? carried : write(desired, carried, { options, progress });
}

interface WriteContext {
  readonly options: ApplyOptions;
  readonly progress: Progress;
}

async function write(desired: Desired, plan: Write, context: WriteContext): Promise<Step> {
  const { options, progress } = context;
  const { wrote } = progress;
  progress.unknown = plan;
  progress.wrote = true;
  if ('sendPackage' in plan && plan.sendPackage) progress.sentPackage = true;
  const answer = await sendWrite(options.functions, desired, plan);
  const judged = classify(answer);
  if (judged.verdict !== 'retry') progress.unknown = undefined;
  if (judged.verdict !== 'retry' && judged.verdict !== 'done') progress.wrote = wrote;
  switch (judged.verdict) {
    case 'done':
      // A creation without an answer may have been someone else's, as far as can be known: it is not claimed.
      if (plan.operation === 'create') progress.created = true;
      return confirm({ desired, plan }, { outcome: endOf(desired), answer }, context);
    case 'unchanged':
      return confirm({ desired, plan }, { outcome: 'unchanged', answer }, context);
    case 'missing':
      if (plan.operation === 'delete')
        return { outcome: 'deleted', answer: { status: answer.status, reason: answer.reason } };
      return flip(desired.ref, { answer, judged, progress });
    case 'exists':
      // What was deleted here has this name: a worker has not heard of it yet.
      if (progress.recreation !== undefined) return { ...judged, answer };
      return flip(desired.ref, { answer, judged, progress });
    case 'retry':
    case 'not-ready':
    case 'briefly':
    case 'refused':
      return judge(answer, progress);
  }
}

/** What was written is there only when it was read. */
async function confirm(
  sent: { readonly desired: Desired; readonly plan: Plan },
  written: { readonly outcome: 'deployed' | 'unchanged' | 'deleted'; readonly answer: ClusterAnswer },
  { options, progress }: WriteContext,
): Promise<Step> {
  const { functions, signal, retryMs = 500 } = options;
  const { status, reason } = written.answer;
  const looking = { functions, signal, retryMs, end: progress.end };
  const confirmed = await confirmWrite(sent, looking);
  switch (confirmed.found) {
    case 'there': {
      const other = await otherPackage(sent, looking);
      return there(written.outcome, { status, reason }, [...confirmed.differences, ...other]);
    }
    case 'gone':
      return { outcome: 'deleted', answer: { status } };
    case 'unclear':
      return { outcome: 'unknown', answer: { status, reason: confirmed.reason, code: 'OUTCOME_UNKNOWN' } };
  }
}

/** Someone was faster: the next turn reads again and does the opposite; once. */
function flip(
  { type, name }: WorkloadRef,
  { answer, judged, progress }: { answer: ClusterAnswer; judged: Classified; progress: Progress },
): Step {
  if (!progress.flipped) {
    progress.flipped = true;
    return { ...judged, answer };
  }
  const reason = `${answer.reason}, and yet there is no ${type} ${name}: its name is taken by another kind`;
  return failed({ ...answer, reason }, judged);
}

/** Again later, or the end. */
function judge(answer: ClusterAnswer, progress: Progress): Step {
  const judged = classify(answer);
  const { verdict } = judged;
  if (verdict === 'retry' || verdict === 'not-ready') return { ...judged, answer };
  if (verdict === 'briefly' && ++progress.briefly < BRIEF_TRIES) return { ...judged, answer };
  return progress.unknown === undefined ? failed(answer, judged) : unknown(answer, judged);
}

/** At the end a write of unknown outcome is looked for once more. */
async function lastLook(
  desired: Desired,
  options: ApplyOptions,
  { step, progress }: { readonly step: Retry; readonly progress: Progress },
): Promise<Ended> {
  if (progress.unknown !== undefined) {
    const read = await options.functions.get(desired.ref).catch(() => undefined);
    const now =
      read === undefined ? undefined : await planNow({ desired, read, progress }, options.functions);
    if (read !== undefined && now !== undefined && wasApplied(progress.unknown, now))
      return there(endOf(desired), { status: read.status }, differencesNow(now.plan, desired, now.live));
  }
  return givenUp(step, progress);
}

function givenUp({ answer, ...judged }: Retry, { tries, unknown: open }: Progress): Ended {
  const told = { ...answer, reason: `${answer.reason}; given up after ${tries} tries` };
  return open === undefined ? failed(told, judged) : unknown(told, judged);
}

/** No answer at all: the outcome of a write stays unknown. In a re-creation a token that is missing is waited for, too. */
function unreachable(error: unknown, { recreation }: Progress): Step {
  const answer = { status: 0, reason: messageOf(error) };
  if (hasCode(error, 'CLUSTER_UNREACHABLE')) return { verdict: 'retry', code: 'CLUSTER_UNREACHABLE', answer };
  if (recreation === undefined || !hasCode(error, 'TOKEN_MISSING')) throw error;
  return { verdict: 'retry', code: 'TOKEN_MISSING', answer };
}

const endOf = ({ operation }: Desired): 'deployed' | 'deleted' =>
  operation === 'delete' ? 'deleted' : 'deployed';

const differencesNow = (plan: Plan, desired: Desired, live: Live): readonly FieldChange[] =>
  live === undefined ? [] : remaining(plan, desired, live);

/** Half of the doubling wait for sure, the other half at random: what failed together does not come back together. */
function backoff(firstMs: number, tries: number): number {
  const full = Math.min(LONGEST_WAIT_MS, firstMs * 2 ** tries);
  return full / 2 + (Math.random() * full) / 2;
}
