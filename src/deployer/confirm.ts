import { pause } from '../core/pause.js';
import type { FieldChange } from '../core/types.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import type { ClusterAnswer, Functions, WorkloadRef } from '../ports/functions.js';
import { classify } from './classify.js';
import { remaining, type Desired, type Live, type Plan } from './plan.js';
import { fieldsOf } from './pulsar-config.js';
import { packageInCluster } from './evidence.js';
import { comparable } from './read-back.js';
import { PACKAGE_POINTER } from '../core/config-fields.js';

/** What a look at the cluster after a write has found. */
export type Confirmed =
  | { readonly found: 'there'; readonly differences: readonly FieldChange[] }
  | { readonly found: 'gone' }
  /** It cannot be read, or is not what the answer to the write says. */
  | { readonly found: 'unclear'; readonly reason: string };

export interface ConfirmOptions {
  readonly functions: Functions;
  readonly signal: AbortSignal;
  /** When no further look is taken, in milliseconds since 1970. */
  readonly end: number;
  /** Wait before the second look; doubles. */
  readonly retryMs: number;
}

/** Looks at most; another worker may not have heard of the write yet. */
const LOOKS = 4;
/** A cluster that cannot be read is tried until the end, at this pace. */
const LONGEST_WAIT_MS = 15_000;

/** Reads back after a write, and again when it finds something else than the write should have left. */
export async function confirmWrite(
  { desired, plan }: { readonly desired: Desired; readonly plan: Plan },
  options: ConfirmOptions,
): Promise<Confirmed> {
  const { functions, signal, end, retryMs } = options;
  for (let looks = 1; ; looks++) {
    const read = await readAnswer(functions, desired.ref);
    const live = liveOf(read, desired);
    const confirmed = judge({ desired, plan }, live, read);
    const waitMs = Math.min(LONGEST_WAIT_MS, retryMs * 2 ** (looks - 1));
    const isLast = (live !== null && looks >= LOOKS) || Date.now() + waitMs > end;
    if (!mayChange(confirmed, desired) || isLast) return confirmed;
    await pauseOrEnd(waitMs, signal);
  }
}

/** What has not been looked at long enough is not judged: it comes again. */
async function pauseOrEnd(waitMs: number, signal: AbortSignal): Promise<void> {
  await pause(waitMs, signal);
  if (signal.aborted)
    throw new AppError('CLOSED', 'The deployer stops; what was written is looked at again.');
}

/** What is there under that name; undefined if nothing, null if the answer does not say. */
export function liveOf(read: ClusterAnswer, desired: Desired): Live | null {
  const { verdict } = classify(read);
  if (verdict === 'missing') return undefined;
  if (verdict !== 'done' || typeof read.body !== 'object') return null;
  return comparable(fieldsOf(read.body), desired);
}

function judge(
  { desired, plan }: { readonly desired: Desired; readonly plan: Plan },
  live: Live | null,
  read: ClusterAnswer,
): Confirmed {
  if (live === null) return { found: 'unclear', reason: `It cannot be read back: ${read.reason}` };
  if (desired.operation === 'delete')
    return live === undefined ? { found: 'gone' } : { found: 'unclear', reason: 'It is still there.' };
  return live === undefined
    ? { found: 'unclear', reason: 'It was written, and is not there.' }
    : { found: 'there', differences: remaining(plan, desired, live) };
}

/** A worker that lags behind shows what was there before; what Pulsar ignores stays different for ever. */
function mayChange(confirmed: Confirmed, desired: Desired): boolean {
  if (confirmed.found === 'unclear') return true;
  if (desired.operation === 'delete') return false;
  return confirmed.found === 'there' && confirmed.differences.some((each) => each.class === 'update');
}

async function readAnswer(functions: Functions, ref: WorkloadRef): Promise<ClusterAnswer> {
  try {
    return await functions.get(ref);
  } catch (error) {
    if (!hasCode(error, 'CLUSTER_UNREACHABLE')) throw error;
    return { status: 0, reason: messageOf(error) };
  }
}

/** An update's package may be stored and not taken: seen on 4.0.8 where packages are managed. A worker may lag behind, too. */
export async function otherPackage(
  { desired, plan }: { readonly desired: Desired; readonly plan: Plan },
  { functions, signal, end, retryMs }: ConfirmOptions,
): Promise<FieldChange[]> {
  if (desired.operation === 'delete' || desired.package?.kind !== 'data') return [];
  if (plan.operation !== 'update' || !plan.sendPackage) return [];
  for (let looks = 1; ; looks++) {
    const digest = await packageInCluster(functions, desired.ref);
    if (digest === undefined || digest === desired.package.sha256) return [];
    const waitMs = Math.min(LONGEST_WAIT_MS, retryMs * 2 ** (looks - 1));
    if (looks >= LOOKS || Date.now() + waitMs > end) {
      const detail = `The cluster took the update and runs the package ${digest}.`;
      return [{ field: PACKAGE_POINTER, class: 'ignored', detail }];
    }
    await pauseOrEnd(waitMs, signal);
  }
}
