import { pause } from '../core/pause.js';
import { AppError, hasCode, messageOf, type Code } from '../errors.js';
import type { FieldChange } from '../core/types.js';
import type { ClusterAnswer, Functions, WorkloadRef } from '../ports/functions.js';
import { classify, type Classified } from './classify.js';
import { planDeployment, type Desired, type Live, type Plan } from './plan.js';
import { fieldsOf } from './pulsar-config.js';
import { PACKAGE_POINTER } from './rule-makers.js';

/** What became of a deployment. */
export interface Applied {
  readonly outcome: 'deployed' | 'unchanged' | 'deleted' | 'failed';
  readonly answer: { readonly status: number; readonly reason?: string; readonly code?: Code };
  readonly sentPackage: boolean;
}

export interface ApplyOptions {
  readonly functions: Functions;
  /** How long it is tried. */
  readonly deadlineMs: number;
  /** Ends the waiting between tries: rejects with CLOSED, and nothing is known of the outcome. */
  readonly signal: AbortSignal;
  /** Wait before the second try; doubles up to 15 s, with jitter. @defaultValue 500 */
  readonly retryMs?: number;
}

const LONGEST_WAIT_MS = 15_000;
const BRIEF_TRIES = 3;
const REFUSED: Classified = { verdict: 'refused', code: 'CLUSTER_REFUSED' };

type Write = Extract<Plan, { operation: 'create' | 'update' | 'delete' }>;

/** What the loop knows from earlier turns. */
interface Progress {
  tries: number;
  briefly: number;
  flipped: boolean;
  sentPackage: boolean;
  /** A write whose outcome is not known: no answer, or one that says nothing. */
  unknown: Write | undefined;
}

/**
 * Brings one workload to what it should be: reads, plans, writes, and reads again before every further try, since a
 * request that was cut may have been applied.
 */
export async function applyDeployment(desired: Desired, options: ApplyOptions): Promise<Applied> {
  const end = Date.now() + options.deadlineMs;
  const progress: Progress = { tries: 0, briefly: 0, flipped: false, sentPackage: false, unknown: undefined };
  for (;;) {
    const step = await tryOnce(desired, options, progress).catch(unreachable);
    if ('outcome' in step) return { ...step, sentPackage: progress.sentPackage };
    const waitMs = backoff(options.retryMs ?? 500, progress.tries++);
    if (Date.now() + waitMs > end)
      return { ...givenUp(step, progress.tries), sentPackage: progress.sentPackage };
    await pause(waitMs, options.signal);
    if (options.signal.aborted)
      throw new AppError('CLOSED', 'The deployer stops; the deployment is tried again.');
  }
}

type Ended = Pick<Applied, 'outcome' | 'answer'>;
/** An end, or the answer because of which it is tried again. */
type Step = Ended | (Classified & { readonly answer: ClusterAnswer });

async function tryOnce(desired: Desired, options: ApplyOptions, progress: Progress): Promise<Step> {
  const { functions } = options;
  const read = await functions.get(desired.ref);
  const live = liveOf(read);
  if (live === null) return judge(read, progress);
  const plan = planDeployment(desired, live);
  if (progress.unknown !== undefined && wasApplied(progress.unknown, plan))
    return { outcome: endOf(desired), answer: keptAnswer(read.status, plan) };
  if (plan.operation === 'refuse') return failed({ status: 0, reason: plan.reason }, REFUSED);
  if (plan.operation === 're-create')
    return failed({ status: 0, reason: 're-creation is not carried out here' }, REFUSED);
  if (plan.operation === 'none')
    return {
      outcome: desired.operation === 'delete' ? 'deleted' : 'unchanged',
      answer: keptAnswer(read.status, plan),
    };
  return write(desired, plan, { functions, progress });
}

interface WriteContext {
  readonly functions: Functions;
  readonly progress: Progress;
}

async function write(desired: Desired, plan: Write, context: WriteContext): Promise<Step> {
  const { functions, progress } = context;
  progress.unknown = plan;
  if ('sendPackage' in plan && plan.sendPackage) progress.sentPackage = true;
  const answer = await send(functions, desired, plan);
  const judged = classify(answer);
  if (judged.verdict !== 'retry') progress.unknown = undefined;
  switch (judged.verdict) {
    case 'done':
      return { outcome: endOf(desired), answer: keptAnswer(answer.status, plan) };
    case 'unchanged':
      return { outcome: 'unchanged', answer: keptAnswer(answer.status, plan, answer.reason) };
    case 'missing':
      if (plan.operation === 'delete')
        return { outcome: 'deleted', answer: { status: answer.status, reason: answer.reason } };
      return flip(desired.ref, { answer, judged, progress });
    case 'exists':
      return flip(desired.ref, { answer, judged, progress });
    case 'retry':
    case 'not-ready':
    case 'briefly':
    case 'refused':
      return judge(answer, progress);
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

function send(functions: Functions, desired: Desired, plan: Write): Promise<ClusterAnswer> {
  const { ref } = desired;
  if (plan.operation === 'delete' || desired.operation === 'delete') return functions.delete(ref);
  const { package: from } = desired;
  const data =
    from === undefined
      ? {}
      : from.kind === 'data'
        ? { data: { fileName: from.fileName, body: from.body } }
        : { url: from.url };
  const upsert = { ref, config: plan.config, ...(plan.sendPackage ? data : {}) };
  return plan.operation === 'create' ? functions.create(upsert) : functions.update(upsert);
}

/** What is there; undefined if nothing, null if the answer does not say. */
function liveOf(read: ClusterAnswer): Live | null {
  const { verdict } = classify(read);
  if (verdict === 'missing') return undefined;
  return verdict === 'done' && typeof read.body === 'object' ? fieldsOf(read.body) : null;
}

/** A write of unknown outcome was applied if what it was to change has changed. A package alone leaves no trace. */
function wasApplied(before: Write, plan: Plan): boolean {
  if (before.operation === 'delete') return plan.operation === 'none';
  if (plan.operation === 'none') return true;
  const onlyPackage = plan.operation === 'update' && plan.fields.filter(isTaken).every(isPackage);
  return (
    onlyPackage &&
    (before.operation === 'create' || before.fields.some((field) => isTaken(field) && !isPackage(field)))
  );
}

const isTaken = (change: FieldChange): boolean => change.class === 'update';
const isPackage = ({ field }: FieldChange): boolean => field === PACKAGE_POINTER;

/** Again later, or the end. */
function judge(answer: ClusterAnswer, progress: Progress): Step {
  const judged = classify(answer);
  const { verdict } = judged;
  if (verdict === 'retry' || verdict === 'not-ready') return { ...judged, answer };
  if (verdict === 'briefly' && ++progress.briefly < BRIEF_TRIES) return { ...judged, answer };
  return failed(answer, judged);
}

function failed({ status, reason }: ClusterAnswer, { code, hint }: Classified): Ended {
  return {
    outcome: 'failed',
    answer: { status, reason: hint === undefined ? reason : `${reason} (${hint})`, code },
  };
}

function givenUp(
  { answer, ...judged }: Classified & { readonly answer: ClusterAnswer },
  tries: number,
): Ended {
  return failed({ ...answer, reason: `${answer.reason}; given up after ${tries} tries` }, judged);
}

/** No answer at all: the outcome of a write stays unknown. */
function unreachable(error: unknown): Step {
  if (!hasCode(error, 'CLUSTER_UNREACHABLE')) throw error;
  return { verdict: 'retry', code: 'CLUSTER_UNREACHABLE', answer: { status: 0, reason: messageOf(error) } };
}

const endOf = ({ operation }: Desired): 'deployed' | 'deleted' =>
  operation === 'delete' ? 'deleted' : 'deployed';

/** A success says what Pulsar silently leaves as it was. */
function keptAnswer(status: number, plan: Plan, said = ''): Applied['answer'] {
  const staying = plan.fields.filter((change) => !isTaken(change)).map(({ field }) => field);
  const kept = staying.length > 0 ? `stays on update: ${staying.join(', ')}` : '';
  const reason = [said, kept].filter((text) => text !== '').join('; ');
  return reason === '' ? { status } : { status, reason };
}

/** Half of the doubling wait for sure, the other half at random: what failed together does not come back together. */
function backoff(firstMs: number, tries: number): number {
  const full = Math.min(LONGEST_WAIT_MS, firstMs * 2 ** tries);
  return full / 2 + (Math.random() * full) / 2;
}
