import type { FieldChange } from '../core/types.js';
import { fieldsOf, type Fields } from './pulsar-config.js';
import type { WorkloadRef } from '../ports/functions.js';
import type { Desired, Live } from './plan.js';

/** A result holds so many at most; its schema says so. */
const MOST = 50;

/** Differences as a result may hold them. What the cluster took and does not show is ignored, whatever was expected. */
export function reportable(differences: readonly FieldChange[]): FieldChange[] {
  return differences
    .slice(0, MOST)
    .map((each) =>
      each.class === 'update'
        ? { ...each, class: 'ignored', detail: 'The cluster took the update and does not show it.' }
        : each,
    );
}

/** What a cluster has, as it is compared with what is to be: by whoever deploys, plans or looks for drift. */
export function comparable(live: Live, desired: Desired): Live {
  if (live === undefined || desired.operation === 'delete') return live;
  return withoutImplied(desired.ref, live, desired.config);
}

/**
 * A read-back without what stands in it only because somebody had to write it out: the subscription's default name, and a
 * start position that nobody asks for (it says where a subscription began, which is over).
 */
export function withoutImplied(
  { tenant, namespace, name }: WorkloadRef,
  live: Fields,
  config: Fields,
): Fields {
  const implied = new Set<string>();
  for (const field of ['subName', 'sourceSubscriptionName'])
    if (config[field] === undefined && live[field] === `${tenant}/${namespace}/${name}`) implied.add(field);
  for (const field of ['subscriptionPosition', 'sourceSubscriptionPosition'])
    if (config[field] === undefined) implied.add(field);
  return Object.fromEntries(Object.entries(fieldsOf(live)).filter(([field]) => !implied.has(field)));
}
