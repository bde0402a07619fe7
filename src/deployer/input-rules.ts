import type { FieldRule } from './field-rules.js';
import { cryptoRules, refusedWith, rewritten, unused, updated, updatedFields } from './rule-makers.js';

const FOLDED = 'Stageline writes it as inputSpecs, which Pulsar does not take for another input on update.';
const SPEC = '/inputSpecs/*';

const INPUT: FieldRule = {
  kind: 'compared',
  field: SPEC,
  fates: [
    refusedWith('Input Topics cannot be altered', ['set']),
    {
      kinds: ['cleared'],
      class: 'ignored',
      detail: 'Pulsar goes on reading an input that an update leaves out. Only re-creation removes it.',
    },
  ],
};

/** The ways to name inputs, all of them written as inputSpecs, and what an update does to those. */
export function inputRules(type: 'function' | 'sink'): FieldRule[] {
  // Pulsar edits the map it compares with: a change there alone is "no change" for a function.
  const extras = type === 'function' ? ({ uncounted: true } as const) : {};
  const maps =
    type === 'function'
      ? ['/customSerdeInputs', '/customSchemaInputs']
      : ['/topicToSerdeClassName', '/topicToSchemaType'];
  return [
    rewritten('/inputs', FOLDED),
    rewritten('/topicsPattern', FOLDED),
    rewritten('/inputSpecs', 'Compared by input.'),
    INPUT,
    ...updatedFields(SPEC, ['schemaType', 'serdeClassName'], extras),
    {
      kind: 'compared',
      field: `${SPEC}/regexPattern`,
      fates: [refusedWith('isRegexPattern for input topic … cannot be altered')],
    },
    type === 'function'
      ? updated(`${SPEC}/schemaProperties`, extras)
      : unused(`${SPEC}/schemaProperties`, 'Pulsar 4.0 does not keep it for sinks.'),
    updated(`${SPEC}/consumerProperties`, type === 'function' ? { ...extras, hidden: true } : extras),
    updated(`${SPEC}/receiverQueueSize`, extras),
    ...cryptoRules(SPEC, extras),
    updated(`${SPEC}/poolMessages`, extras),
    ...maps.map((field) => rewritten(field, FOLDED)),
    ...(type === 'sink' ? [unused('/topicToSchemaProperties', 'Pulsar 4.0 reads it nowhere.')] : []),
  ];
}
