import { hasCode } from '../errors.js';
import type { ClusterAdmin, SubscriptionFacts } from '../ports/cluster.js';
import type { WorkloadRef } from '../ports/functions.js';
import { fieldsOf, fullName, type Fields } from './fields.js';

/** What a workload reads, and as whom. */
export interface Reading {
  /** Full names; what a pattern finds is not among them. */
  readonly topics: readonly string[];
  readonly subscription: string;
}

/** The part of a cluster that is asked here. */
export type SubscriptionReads = Pick<ClusterAdmin, 'subscriptions'>;

/** Field of a config that names its subscription, by type; a source has none. */
export const SUBSCRIPTION_FIELDS = { function: 'subName', sink: 'sourceSubscriptionName' } as const;

/** What a config reads; undefined for a source. */
export function readingOf(
  { type, tenant, namespace, name }: WorkloadRef,
  config: Fields,
): Reading | undefined {
  if (type === 'source') return undefined;
  const topics = Object.entries(fieldsOf(config['inputSpecs']))
    .filter(
      ([, spec]) => fieldsOf(spec)['regexPattern'] !== true && fieldsOf(spec)['isRegexPattern'] !== true,
    )
    .map(([topic]) => fullName(topic));
  const given = config[SUBSCRIPTION_FIELDS[type]];
  const subscription = typeof given === 'string' && given !== '' ? given : `${tenant}/${namespace}/${name}`;
  return { topics, subscription };
}

/** The subscription on each topic, undefined where it is not there. */
export type SubscriptionsSeen = ReadonlyMap<string, SubscriptionFacts | undefined>;

/** The subscription on each topic, undefined where it is not there; a text says why that cannot be known. */
export async function subscriptionsOf(
  { topics, subscription }: Reading,
  admin: SubscriptionReads,
): Promise<SubscriptionsSeen | string> {
  const found = new Map<string, SubscriptionFacts | undefined>();
  for (const topic of topics) {
    const learnt = await admin.subscriptions(topic);
    if (!learnt.known) return `${topic}: ${learnt.reason}`;
    found.set(topic, learnt.value?.get(subscription));
  }
  return found;
}

/** How many messages wait in all of it; undefined where that is not known. */
export async function backlogOf(reading: Reading, admin: SubscriptionReads): Promise<number | undefined> {
  try {
    const found = await subscriptionsOf(reading, admin);
    if (typeof found === 'string') return undefined;
    return [...found.values()].reduce((sum, facts) => sum + (facts?.backlog ?? 0), 0);
  } catch (error) {
    if (hasCode(error, 'CLUSTER_UNREACHABLE')) return undefined;
    throw error;
  }
}
