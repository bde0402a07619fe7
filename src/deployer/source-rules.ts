import type { Fate, FieldRule } from './field-rules.js';
import type { Fields } from './fields.js';
import {
  BATCH_BUILDER,
  ENVIRONMENTS,
  FREE_TEXT,
  IDENTITY,
  keptWhenCleared,
  NOT_CLEARED,
  PACKAGE,
  PRODUCER_RULES,
  refusedWith,
  RESOURCES_RULES,
  TAKEN_WHEN_GIVEN,
  unalterable,
  unused,
  updated,
  updatedWhenGiven,
} from './rule-makers.js';

/** One excludes the other, and an update clears neither. */
const encoding = (field: string, other: string): FieldRule => ({
  kind: 'compared',
  field: `/${field}`,
  fates: [
    {
      ...refusedWith('Only one of serdeClassName or schemaType should be set', ['set']),
      when: { says: `it has a ${other}`, holds: (_wanted: Fields, present) => present[other] !== undefined },
    } satisfies Fate,
    TAKEN_WHEN_GIVEN,
    NOT_CLEARED,
  ],
});

/** What an update does to a source. */
export const SOURCE_RULES: readonly FieldRule[] = [
  ...IDENTITY,
  PACKAGE,
  updatedWhenGiven('/className'),
  keptWhenCleared('/topicName'),
  ...PRODUCER_RULES,
  encoding('serdeClassName', 'schemaType'),
  encoding('schemaType', 'serdeClassName'),
  updated('/configs', { clearWith: {} }),
  updated('/secrets', { clearWith: {} }),
  updated('/parallelism', { clearWith: 1 }),
  unalterable('/processingGuarantees', 'Processing Guarantees cannot be altered'),
  ...RESOURCES_RULES,
  {
    kind: 'compared',
    field: '/batchSourceConfig',
    fates: [refusedWith('Sources cannot be update between regular sources and batchsource')],
  },
  {
    kind: 'compared',
    field: '/batchSourceConfig/discoveryTriggererClassName',
    fates: [refusedWith('DiscoverTriggerer class cannot be updated for batchsources')],
  },
  updated('/batchSourceConfig/discoveryTriggererConfig'),
  BATCH_BUILDER,
  keptWhenCleared('/logTopic'),
  ...FREE_TEXT,
  unused('/sourceType', 'Only pulsar-admin reads it.'),
  ENVIRONMENTS,
];
