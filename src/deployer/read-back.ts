import type { FieldChange } from '../core/types.js';
import { cutText } from '../core/cut-text.js';
import { compareConfigs } from './compare.js';
import { fieldsOf, type Fields } from './pulsar-config.js';
import type { WorkloadRef } from '../ports/functions.js';

/** A result holds so many at most; its schema says so. */
const MOST = 50;
const LONGEST_FIELD = 300;

/** What was asked for and is not there, in words; empty if all of it is. */
export function differencesOf(config: Fields, live: Fields): FieldChange[] {
  const { changes, kept } = compareConfigs(config, live);
  return [
    ...changes.map((field) => difference(field, 'update')),
    ...kept.map((field) => difference(field, 'ignored')),
  ];
}

function difference(field: string, kind: FieldChange['class']): FieldChange {
  const detail =
    kind === 'ignored' ? 'Pulsar leaves it as it is on update.' : 'It differs from what is asked for.';
  const pointer = field.startsWith('input ')
    ? `/inputSpecs/${field.slice('input '.length).replaceAll('~', '~0').replaceAll('/', '~1')}`
    : `/${field}`;
  return { field: cutText(pointer, LONGEST_FIELD), class: kind, detail };
}

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
