import { pause } from '../core/pause.js';
import { classify } from './classify.js';
import type { Ended } from './applied.js';
import type { Fields } from './fields.js';
import { looksStopped, readStatus } from './function-status.js';
import { keepSubscriptions, stopInstances } from './keep-subscriptions.js';
import type { Desired } from './plan.js';
import { refusal, throwIfLater, type Apply, type Recreation, type RecreateOptions } from './recreation.js';
import { readingOf, subscriptionsOf } from './subscriptions.js';

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
    const { reading } = recreation.read;
    const kept = await keepSubscriptions({ desired, live, reading }, recreation, watching);
    if (kept !== undefined) return kept;
    recreation.stage = 'stopping';
    const stopped = await stopInstances(desired, reading, watching);
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

async function remove({ ref }: Desired, { functions }: RecreateOptions): Promise<Ended | undefined> {
  const answer = await functions.delete(ref);
  const { verdict } = classify(answer);
  if (verdict === 'done' || verdict === 'missing') return undefined;
  throwIfLater(answer);
  return refusal(answer.reason, answer);
}
