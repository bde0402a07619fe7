import { pause } from '../core/pause.js';
import { AppError } from '../errors.js';
import type { ClusterAnswer, Functions } from '../ports/functions.js';
import { failed, type Ended } from './applied.js';
import { classify } from './classify.js';
import type { Fields } from './fields.js';
import { looksStopped, readStatus } from './function-status.js';
import { liveOf } from './confirm.js';
import type { Desired } from './plan.js';
import {
  readingOf,
  subscriptionsOf,
  type Reading,
  type SubscriptionReads,
  type SubscriptionsSeen,
} from './subscriptions.js';

export interface RecreateOptions {
  readonly functions: Functions;
  /** Without it nothing that reads topics is re-created: nobody could say what became of its backlog. */
  readonly admin?: SubscriptionReads;
  readonly signal: AbortSignal;
  /** How long an instance may take to stop. @defaultValue 30000 */
  readonly stopMs?: number;
  /** After a request that workers carry out later. @defaultValue 1000 */
  readonly settleMs?: number;
}

/**
 * A re-creation that was begun: all that it takes to bring it to its end, whichever turn notices that the deletion went
 * through.
 */
export interface Recreation {
  /** As it was read before anything was changed. */
  readonly live: Fields;
  /** What it reads, and what waited there; absent for a source. */
  readonly read?: { readonly reading: Reading; readonly before: SubscriptionsSeen };
  /** It was stopped on purpose, and is to be so again. Decided once: later on it is stopped by the re-creation. */
  readonly wasStopped: boolean;
  /** In words: what nobody can know. */
  readonly note?: string;
  /** How far it has come at least; what was asked for may have been done. */
  stage: 'begun' | 'stopping' | 'deleting';
  /** Set once it is known to be gone. */
  removed?: Removed;
}

/** What a deletion has left behind. */
export interface Removed {
  /** In words: subscriptions that went with it. */
  readonly lost: readonly string[];
  /** Fields that the creation needs besides those asked for. */
  readonly extra: Fields;
  /** Why it is not known what became of its subscriptions. */
  readonly unseen?: string;
}

export type Apply = Extract<Desired, { operation: 'apply' }>;
const LOOK_MS = 250;
const refusal = (reason: string, answer?: ClusterAnswer): Ended =>
  failed({ status: answer?.status ?? 0, reason }, { verdict: 'refused', code: 'CLUSTER_REFUSED' });

/** Learns what a re-creation has to preserve; changes nothing. */
export async function beginRecreation(
  { desired, live }: { readonly desired: Apply; readonly live: Fields },
  { functions, admin }: RecreateOptions,
): Promise<Recreation | Ended> {
  const { ref } = desired;
  const reading = readingOf(ref, live);
  if (reading === undefined) return { live, wasStopped: await isStopped(functions, desired), stage: 'begun' };
  if (admin === undefined)
    return refusal('It is not re-created: nobody can see what waits in its subscriptions.');
  const before = await subscriptionsOf(reading, admin);
  if (typeof before === 'string')
    return refusal(`It is not re-created: what waits in its subscriptions cannot be seen (${before}).`);
  const stopped = await isStopped(functions, desired);
  // A deployer that was ended in between may have left it so: each tells it to keep its subscriptions before it stops it.
  const unsure = stopped && live['cleanupSubscription'] === false;
  return {
    live,
    read: { reading, before },
    wasStopped: stopped && !unsure,
    ...(unsure ? { note: UNSURE } : {}),
    stage: 'begun',
  };
}

const UNSURE =
  'It was stopped, on purpose or by a re-creation that was cut: that cannot be told apart, so it runs now.';

/**
 * Deletes a workload so that its subscriptions, and what waits in them, stay: its worker is first told to keep them, and
 * has heard it for sure before the deletion. Each step may be repeated, so what is cut goes on from where it stands.
 */
export async function removeKeepingBacklog(
  { desired, live }: { readonly desired: Apply; readonly live: Fields },
  recreation: Recreation,
  options: RecreateOptions,
): Promise<Ended | undefined> {
  const { functions, admin } = options;
  if (recreation.read !== undefined && admin !== undefined) {
    const kept = await keepSubscriptions(desired, live, functions);
    if (kept !== undefined) return kept;
    recreation.stage = 'stopping';
    const stopped = await stopInstances(desired, recreation.read.reading, { ...options, admin });
    if (stopped !== undefined) return stopped;
  }
  recreation.stage = 'deleting';
  return remove(desired, options);
}

async function isStopped(functions: Functions, { ref }: Desired): Promise<boolean> {
  const answer = await functions.status(ref);
  const status = readStatus(answer);
  if (status === undefined) throwIfLater(answer);
  const instances = status?.instances ?? [];
  return instances.length > 0 && instances.every(looksStopped);
}

async function keepSubscriptions(
  desired: Apply,
  live: Fields,
  functions: Functions,
): Promise<Ended | undefined> {
  if (live['cleanupSubscription'] === false) return undefined;
  const { ref } = desired;
  const { tenant, namespace, name } = ref;
  // Absent means "keep" to Pulsar: all else stays.
  const config = { tenant, namespace, name, cleanupSubscription: false };
  const answer = await functions.update({ ref, config });
  const now = liveOf(await functions.get(ref), desired);
  if (now?.['cleanupSubscription'] === false) return undefined;
  throwIfLater(answer);
  return refusal(
    `It is not re-created: it cannot be told to keep its subscriptions (${answer.reason}).`,
    answer,
  );
}

/**
 * A worker carries out what it was told in order: when the instances have stopped, it knows that they keep their
 * subscriptions.
 */
async function stopInstances(
  { ref }: Desired,
  reading: Reading,
  options: RecreateOptions & { readonly admin: SubscriptionReads },
): Promise<Ended | undefined> {
  const { functions, admin, signal, stopMs = 30_000, settleMs = 1000 } = options;
  const answer = await functions.stop(ref);
  const { verdict } = classify(answer);
  if (verdict !== 'done') throwIfLater(answer);
  await pause(settleMs, signal);
  for (const end = Date.now() + stopMs; ;) {
    const found = await subscriptionsOf(reading, admin);
    if (typeof found !== 'string' && [...found.values()].every((facts) => (facts?.consumers ?? 0) === 0))
      return undefined;
    if (signal.aborted) throw new AppError('CLOSED', 'The deployer stops; the deployment comes again.');
    if (Date.now() > end) break;
    await pause(LOOK_MS, signal);
  }
  return refusal('It is not re-created: someone still reads from its subscriptions after it was stopped.');
}

async function remove({ ref }: Desired, { functions }: RecreateOptions): Promise<Ended | undefined> {
  const answer = await functions.delete(ref);
  const { verdict } = classify(answer);
  if (verdict === 'done' || verdict === 'missing') return undefined;
  throwIfLater(answer);
  return refusal(answer.reason, answer);
}

/** Rejects where the same may go well later: the whole is begun anew then. */
function throwIfLater(answer: ClusterAnswer): void {
  const { verdict } = classify(answer);
  if (verdict === 'retry' || verdict === 'not-ready')
    throw new AppError('CLUSTER_UNREACHABLE', answer.reason);
}
