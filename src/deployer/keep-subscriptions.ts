import { pause } from '../core/pause.js';
import { AppError } from '../errors.js';
import type { Ended } from './applied.js';
import { classify } from './classify.js';
import { liveOf } from './confirm.js';
import type { Fields } from './fields.js';
import { readStatus } from './function-status.js';
import type { Desired } from './plan.js';
import { refusal, throwIfLater, type Apply, type Recreation, type RecreateOptions } from './recreation.js';
import { subscriptionsOf, type Reading, type SubscriptionReads } from './subscriptions.js';

type AdminOptions = RecreateOptions & { readonly admin: SubscriptionReads };

const LOOK_MS = 250;
/** Settling times for a worker that cannot be watched. */
const UNSEEN_SETTLES = 3;

/**
 * Tells it to keep its subscriptions. Workers are told of changes together when they are busy, and one that hears of the
 * deletion alone cleans up by what it knew before. So it is waited for until the worker was seen to have heard: an update
 * starts a running instance anew, which connects anew.
 */
export async function keepSubscriptions(
  { desired, live, reading }: { readonly desired: Apply; readonly live: Fields; readonly reading: Reading },
  recreation: Recreation,
  options: AdminOptions,
): Promise<Ended | undefined> {
  const { functions, signal, settleMs = 1000 } = options;
  if (live['cleanupSubscription'] === false) {
    if (recreation.stage !== 'begun') return undefined;
  } else {
    recreation.connected = recreation.wasStopped ? [] : await connected(desired, reading, options);
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
    const now = (await consumersOf(reading, options.admin)) ?? [];
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
  reading: Reading,
  options: AdminOptions,
): Promise<readonly string[]> {
  let found: readonly string[] = [];
  const isClear = async (): Promise<boolean> => {
    found = (await consumersOf(reading, options.admin)) ?? [];
    if (found.length > 0) return true;
    const status = readStatus(await options.functions.status(ref));
    return status !== undefined && !status.instances.some(({ running }) => running);
  };
  await until(isClear, options);
  return found;
}

/** Everyone connected to what it reads; undefined where that cannot be seen. */
async function consumersOf(
  reading: Reading,
  admin: SubscriptionReads,
): Promise<readonly string[] | undefined> {
  const found = await subscriptionsOf(reading, admin);
  return typeof found === 'string'
    ? undefined
    : [...found.values()].flatMap((facts) => facts?.consumers ?? []);
}

/** Deleted while it runs, it could take its subscriptions along. */
export async function stopInstances(
  { ref }: Desired,
  reading: Reading,
  options: AdminOptions,
): Promise<Ended | undefined> {
  const { functions, admin, signal, settleMs = 1000 } = options;
  const answer = await functions.stop(ref);
  const { verdict } = classify(answer);
  if (verdict !== 'done') throwIfLater(answer);
  await pause(settleMs, signal);
  const isLeft = await until(async () => (await consumersOf(reading, admin))?.length === 0, options);
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
