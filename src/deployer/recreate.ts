import { isSuccess } from '../core/function-state.js';
import { pause } from '../core/pause.js';
import { AppError } from '../errors.js';
import type { ClusterAnswer, Functions } from '../ports/functions.js';
import { failed, type Ended } from './applied.js';
import { classify } from './classify.js';
import { isNothing, type Fields } from './fields.js';
import { looksStopped, readStatus } from './function-status.js';
import { liveOf } from './confirm.js';
import type { Desired } from './plan.js';
import {
  readingOf,
  subscriptionsOf,
  SUBSCRIPTION_FIELDS,
  type Reading,
  type SubscriptionReads,
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

/** A workload that was deleted to be created anew. */
export interface Removed {
  /** In words: subscriptions that went with it. */
  readonly lost: readonly string[];
  /** It was stopped on purpose, and is to be so again. */
  readonly wasStopped: boolean;
  /** Fields that the creation needs besides those asked for. */
  readonly extra: Fields;
}

type Apply = Extract<Desired, { operation: 'apply' }>;
const LOOK_MS = 250;
const refusal = (reason: string, answer?: ClusterAnswer): Ended =>
  failed({ status: answer?.status ?? 0, reason }, { verdict: 'refused', code: 'CLUSTER_REFUSED' });

/**
 * Deletes a workload so that its subscriptions, and what waits in them, stay: its worker is first told to keep them, and
 * has heard it for sure before the deletion. Each step may be repeated, so what is cut goes on from where it stands. `begun`
 * is called before anything is changed.
 */
export async function removeKeepingBacklog(
  { desired, live }: { readonly desired: Apply; readonly live: Fields },
  options: RecreateOptions,
  begun: () => void,
): Promise<Removed | Ended> {
  const { functions, admin, settleMs = 1000 } = options;
  const { ref } = desired;
  const reading = readingOf(ref, live);
  if (reading === undefined) {
    begun();
    return (await remove(desired, options)) ?? { lost: [], wasStopped: false, extra: {} };
  }
  if (admin === undefined)
    return refusal('It is not re-created: nobody can see what waits in its subscriptions.');
  const before = await subscriptionsOf(reading, admin);
  if (typeof before === 'string')
    return refusal(`It is not re-created: what waits in its subscriptions cannot be seen (${before}).`);
  const wasStopped = (await isStopped(functions, desired)) && !isInterrupted(desired, live);
  begun();
  const kept = await keepSubscriptions(desired, live, functions);
  if (kept !== undefined) return kept;
  const stopped = await stopInstances(desired, reading, { ...options, admin });
  if (stopped !== undefined) return stopped;
  const removed = await remove(desired, options);
  if (removed !== undefined) {
    if (!wasStopped) await functions.start(ref);
    return removed;
  }
  // Workers clean up after they have stopped an instance.
  await pause(settleMs, options.signal);
  const after = await subscriptionsOf(reading, admin);
  const lost = [...before].flatMap(([topic, facts]) => {
    if (facts === undefined || (typeof after !== 'string' && after.get(topic) !== undefined)) return [];
    return [`${facts.backlog} messages of ${topic}, with the subscription ${reading.subscription}`];
  });
  return {
    lost,
    wasStopped,
    extra: extraFields(desired, live, [...before.values()].includes(undefined) || lost.length > 0),
  };
}

/** After the creation: what was stopped is stopped again, and what was lost is said. */
export async function finishRecreation(
  { ref }: Desired,
  { lost, wasStopped }: Removed,
  { ended, functions }: { readonly ended: Ended; readonly functions: Functions },
): Promise<Ended> {
  if (wasStopped && isSuccess(ended.outcome)) await functions.stop(ref).catch(() => undefined);
  if (lost.length === 0) return ended;
  const reason = `Re-creating it has lost ${lost.join('; ')}.`;
  const told = ended.answer.reason === undefined ? reason : `${reason} ${ended.answer.reason}`;
  return {
    ...ended,
    outcome: isSuccess(ended.outcome) ? 'degraded' : ended.outcome,
    answer: { ...ended.answer, reason: told, code: ended.answer.code ?? 'UNHEALTHY' },
  };
}

/** Creation after a deletion that nobody remembers: its deployer has ended in between. */
export async function extraAfterInterruption(
  desired: Apply,
  { admin }: Pick<RecreateOptions, 'admin'>,
): Promise<Fields> {
  const { allowRecreate, lastApplied, ref } = desired;
  if (allowRecreate !== true || lastApplied === undefined || admin === undefined) return {};
  const extra = extraFields(desired, lastApplied, false);
  const reading = readingOf(ref, { ...desired.config, ...extra });
  if (reading === undefined) return {};
  const found = await subscriptionsOf(reading, admin);
  const isComplete = typeof found !== 'string' && ![...found.values()].includes(undefined);
  return extraFields(desired, lastApplied, !isComplete);
}

/** The subscription that there was, and the beginning where there was none: nothing may be passed over. */
function extraFields({ ref, config }: Apply, before: Fields, fromEarliest: boolean): Fields {
  if (ref.type === 'source') return {};
  const name = SUBSCRIPTION_FIELDS[ref.type];
  const position = ref.type === 'sink' ? 'sourceSubscriptionPosition' : 'subscriptionPosition';
  return {
    ...(isNothing(config[name]) && !isNothing(before[name]) ? { [name]: before[name] } : {}),
    ...(fromEarliest && isNothing(config[position]) ? { [position]: 'Earliest' } : {}),
  };
}

/** Someone began to re-create it, and has told it to keep its subscriptions: then it is stopped on nobody's wish. */
function isInterrupted({ config, lastApplied }: Apply, live: Fields): boolean {
  const keeps = (fields: Fields | undefined): boolean => fields?.['cleanupSubscription'] === false;
  return keeps(live) && !keeps(config) && !keeps(lastApplied);
}

async function isStopped(functions: Functions, { ref }: Desired): Promise<boolean> {
  const instances = readStatus(await functions.status(ref))?.instances ?? [];
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
  await functions.start(ref);
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
