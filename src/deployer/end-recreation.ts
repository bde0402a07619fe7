import { isSuccess } from '../core/function-state.js';
import { pause } from '../core/pause.js';
import { hasCode, messageOf } from '../errors.js';
import type { ClusterAnswer } from '../ports/functions.js';
import type { Ended } from './applied.js';
import { classify } from './classify.js';
import { isNothing, type Fields } from './fields.js';
import type { Desired } from './plan.js';
import type { Apply, Recreation, RecreateOptions, Removed } from './recreation.js';
import {
  readingOf,
  subscriptionsOf,
  SUBSCRIPTION_FIELDS,
  type Reading,
  type SubscriptionsSeen,
} from './subscriptions.js';

const TRIES = 3;

/** What the deletion has left; asked once it is known to be through, by whoever notices that. */
export async function afterDeletion(
  desired: Apply,
  { live, read }: Recreation,
  options: RecreateOptions,
): Promise<Removed> {
  if (read === undefined) return { lost: [], extra: {} };
  const { reading, before } = read;
  const after = await seenAfter(reading, options);
  if (typeof after === 'string') return { lost: [], extra: extraFields(desired, live, true), unseen: after };
  const lost = [...before].flatMap(([topic, facts]) =>
    facts === undefined || after.get(topic) !== undefined
      ? []
      : [`${facts.backlog} messages of ${topic}, with the subscription ${reading.subscription}`],
  );
  const isNew = [...before.values()].includes(undefined) || lost.length > 0;
  return { lost, extra: extraFields(desired, live, isNew) };
}

/** A text, where it cannot be had in a few tries: the creation is urgent. */
async function seenAfter(
  reading: Reading,
  { admin, signal, settleMs = 1000 }: RecreateOptions,
): Promise<SubscriptionsSeen | string> {
  if (admin === undefined) return 'nobody can see them';
  let after: SubscriptionsSeen | string = '';
  for (let tries = 0; typeof after === 'string' && tries < TRIES; tries++) {
    // Workers clean up after they have stopped an instance.
    await pause(settleMs, signal);
    after = await subscriptionsOf(reading, admin).catch((error: unknown) => {
      if (!hasCode(error, 'CLUSTER_UNREACHABLE')) throw error;
      return messageOf(error);
    });
  }
  return after;
}

/**
 * A re-creation whose deletion nobody remembers: its deployer has ended in between. Undefined where nothing says that it
 * was there before.
 */
export async function resumeRecreation(
  desired: Apply,
  { admin }: Pick<RecreateOptions, 'admin'>,
): Promise<Recreation | undefined> {
  const { allowRecreate, former, ref } = desired;
  if (allowRecreate !== true || former === undefined) return undefined;
  const named = extraFields(desired, former, false);
  const reading = readingOf(ref, { ...desired.config, ...named });
  const found =
    reading === undefined || admin === undefined ? undefined : await subscriptionsOf(reading, admin);
  const isComplete = typeof found === 'object' && ![...found.values()].includes(undefined);
  const extra = extraFields(desired, former, found !== undefined && !isComplete);
  return { live: former, wasStopped: false, note: RESUMED, stage: 'deleting', removed: { lost: [], extra } };
}

const RESUMED =
  'It was deployed before and was not there, as after a re-creation that was cut: whether it was stopped is not known, so it runs now.';

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

/** In the end it runs, or is stopped, as it was before; what was lost, or is not there any more, is said. */
export async function finishRecreation(
  desired: Desired,
  recreation: Recreation,
  { ended, options }: { readonly ended: Ended; readonly options: RecreateOptions },
): Promise<Ended> {
  const { lost = [], unseen } = recreation.removed ?? {};
  const fault = await asBefore(desired, recreation, { ended, options });
  const told = [
    whereItIs(recreation, ended),
    lost.length === 0 ? undefined : `Re-creating it has lost ${lost.join('; ')}.`,
    unseen === undefined ? undefined : `Whether its subscriptions were kept is not known (${unseen}).`,
    fault,
    recreation.note,
  ].filter((each) => each !== undefined);
  if (told.length === 0) return ended;
  const { reason } = ended.answer;
  const answer = { ...ended.answer, reason: [...told, ...(reason === undefined ? [] : [reason])].join(' ') };
  if (lost.length === 0 && fault === undefined) return { ...ended, answer };
  const outcome = isSuccess(ended.outcome) ? 'degraded' : ended.outcome;
  return { ...ended, outcome, answer: { ...answer, code: answer.code ?? 'UNHEALTHY' } };
}

function whereItIs({ stage, removed }: Recreation, { outcome }: Ended): string | undefined {
  if (isSuccess(outcome)) return undefined;
  if (removed === undefined)
    return stage === 'deleting' && outcome === 'unknown'
      ? 'It may be deleted: it was to be re-created.'
      : undefined;
  return outcome === 'failed'
    ? 'It was deleted to be re-created and is not there.'
    : 'It was deleted to be re-created and may not be there.';
}

/** Why it could not be made to run, or to be stopped, as it was. */
async function asBefore(
  { ref }: Desired,
  { stage, removed, wasStopped }: Recreation,
  { ended, options }: { readonly ended: Ended; readonly options: RecreateOptions },
): Promise<string | undefined> {
  const { functions } = options;
  if (removed === undefined) {
    if (wasStopped || stage === 'begun') return undefined;
    const reason = await firmly(() => functions.start(ref), options);
    return reason && `It was stopped to be re-created, and could not be started again: ${reason}.`;
  }
  if (!wasStopped || ended.outcome === 'failed') return undefined;
  const reason = await firmly(() => functions.stop(ref), options);
  return reason && `It was stopped before, and could not be stopped again: ${reason}.`;
}

/** Asks a few times; says why it was not done. */
async function firmly(
  request: () => Promise<ClusterAnswer>,
  { signal, settleMs = 1000 }: RecreateOptions,
): Promise<string | undefined> {
  for (let tries = 1; ; tries++) {
    const { status, reason } = await request().catch((error: unknown) => {
      if (!hasCode(error, 'CLUSTER_UNREACHABLE') && !hasCode(error, 'TOKEN_MISSING')) throw error;
      return { status: 0, reason: messageOf(error) };
    });
    const verdict = status === 0 ? 'retry' : classify({ status, reason }).verdict;
    if (verdict === 'done') return undefined;
    if ((verdict !== 'retry' && verdict !== 'not-ready') || tries === TRIES || signal.aborted) return reason;
    await pause(settleMs, signal);
  }
}
