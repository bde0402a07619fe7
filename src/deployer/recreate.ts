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
  /** How long an instance may take to stop, and to start. @defaultValue 30000 */
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
  /** Who read for it when it was told to keep its subscriptions; absent as long as nobody has told it. */
  connected?: readonly string[];
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

type AdminOptions = RecreateOptions & { readonly admin: SubscriptionReads };
export type Apply = Extract<Desired, { operation: 'apply' }>;
const LOOK_MS = 250;
const UNSEEN_SETTLES = 3;
const refusal = (reason: string, answer?: ClusterAnswer): Ended =>
  failed({ status: answer?.status ?? 0, reason }, { verdict: 'refused', code: 'CLUSTER_REFUSED' });

/** Learns what a re-creation has to preserve; changes nothing. */
export async function beginRecreation(
  { desired, live }: { readonly desired: Apply; readonly live: Fields },
  options: RecreateOptions,
): Promise<Recreation | Ended> {
  const { ref } = desired;
  const { admin } = options;
  const reading = readingOf(ref, live);
  if (reading === undefined) return { live, wasStopped: await isStopped(desired, options), stage: 'begun' };
  if (admin === undefined)
    return refusal('It is not re-created: nobody can see what waits in its subscriptions.');
  const before = await subscriptionsOf(reading, admin);
  if (typeof before === 'string')
    return refusal(`It is not re-created: what waits in its subscriptions cannot be seen (${before}).`);
  const stopped = await isStopped(desired, options);
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
  const { admin } = options;
  if (recreation.read !== undefined && admin !== undefined) {
    const watching = { ...options, admin };
    const kept = await keepSubscriptions({ desired, live }, recreation, watching);
    if (kept !== undefined) return kept;
    recreation.stage = 'stopping';
    const stopped = await stopInstances(desired, recreation.read.reading, watching);
    if (stopped !== undefined) return stopped;
  }
  recreation.stage = 'deleting';
  return remove(desired, options);
}

/** Looks twice: one that is about to start looks stopped for a moment. */
async function isStopped(
  { ref }: Desired,
  { functions, signal, settleMs = 1000 }: RecreateOptions,
): Promise<boolean> {
  const look = async (): Promise<boolean> => {
    const answer = await functions.status(ref);
    const status = readStatus(answer);
    if (status === undefined) throwIfLater(answer);
    const instances = status?.instances ?? [];
    return instances.length > 0 && instances.every(looksStopped);
  };
  if (!(await look())) return false;
  await pause(settleMs, signal);
  return look();
}

/**
 * Tells it to keep its subscriptions. Workers are told of changes together when they are busy, and one that hears of the
 * deletion alone cleans up by what it knew before. So it is waited for until the worker was seen to have heard: an update
 * starts a running instance anew, which connects anew.
 */
async function keepSubscriptions(
  { desired, live }: { readonly desired: Apply; readonly live: Fields },
  recreation: Recreation,
  options: AdminOptions,
): Promise<Ended | undefined> {
  const { functions, signal, settleMs = 1000 } = options;
  if (live['cleanupSubscription'] === false) {
    if (recreation.stage !== 'begun') return undefined;
  } else {
    recreation.connected = recreation.wasStopped ? [] : await connected(desired, recreation, options);
    const { ref } = desired;
    const { tenant, namespace, name } = ref;
    // Absent means "keep" to Pulsar: all else stays.
    const config = { tenant, namespace, name, cleanupSubscription: false };
    const answer = await functions.update({ ref, config });
    const now = liveOf(await functions.get(ref), desired);
    if (now?.['cleanupSubscription'] !== false) {
      throwIfLater(answer);
      return refusal(
        `It is not re-created: it cannot be told to keep its subscriptions (${answer.reason}).`,
        answer,
      );
    }
  }
  const { connected: former = [] } = recreation;
  if (former.length === 0) {
    // It does not run, so there is nothing to be seen: the worker is given time.
    await pause(UNSEEN_SETTLES * settleMs, signal);
    return undefined;
  }
  const isAnew = await until(async () => {
    const now = await consumersOf(recreation, options.admin);
    return now.length > 0 && !now.some((each) => former.includes(each));
  }, options);
  return isAnew
    ? undefined
    : refusal(
        'It is not re-created: its worker was not seen to take up that its subscriptions are kept; nobody else may read from them.',
      );
}

/** Who reads for it now: one that runs connects soon. */
async function connected(
  { ref }: Desired,
  recreation: Recreation,
  options: AdminOptions,
): Promise<readonly string[]> {
  let found: readonly string[] = [];
  const isClear = async (): Promise<boolean> => {
    found = await consumersOf(recreation, options.admin);
    if (found.length > 0) return true;
    const status = readStatus(await options.functions.status(ref));
    return status !== undefined && !status.instances.some(({ running }) => running);
  };
  await until(isClear, options);
  return found;
}

/** Everyone connected to what it reads. */
async function consumersOf({ read }: Recreation, admin: SubscriptionReads): Promise<readonly string[]> {
  const found = read === undefined ? '' : await subscriptionsOf(read.reading, admin);
  return typeof found === 'string' ? [] : [...found.values()].flatMap((facts) => facts?.consumers ?? []);
}

/** Deleted while it runs, it could take its subscriptions along. */
async function stopInstances(
  { ref }: Desired,
  reading: Reading,
  options: AdminOptions,
): Promise<Ended | undefined> {
  const { functions, admin, signal, settleMs = 1000 } = options;
  const answer = await functions.stop(ref);
  const { verdict } = classify(answer);
  if (verdict !== 'done') throwIfLater(answer);
  await pause(settleMs, signal);
  const isLeft = await until(async () => {
    const found = await subscriptionsOf(reading, admin);
    return (
      typeof found !== 'string' && [...found.values()].every((facts) => (facts?.consumers ?? []).length === 0)
    );
  }, options);
  return isLeft
    ? undefined
    : refusal('It is not re-created: someone still reads from its subscriptions after it was stopped.');
}

/** False if it does not become true in time. */
async function until(
  isSo: () => Promise<boolean>,
  { signal, stopMs = 30_000 }: RecreateOptions,
): Promise<boolean> {
  for (const end = Date.now() + stopMs; ;) {
    if (await isSo()) return true;
    if (signal.aborted) throw new AppError('CLOSED', 'The deployer stops; the deployment comes again.');
    if (Date.now() > end) return false;
    await pause(LOOK_MS, signal);
  }
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
