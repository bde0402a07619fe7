import { PACKAGE_POINTER } from '../core/config-fields.js';
import type { ChangeKind, ComparedRule, Fate, FieldRule } from './field-rules.js';

const ALL: readonly ChangeKind[] = ['set', 'changed', 'cleared'];
const GIVEN: readonly ChangeKind[] = ['set', 'changed'];
const RECREATE = 'Only re-creation brings it about.';

export const TAKEN: Fate = { kinds: ALL, class: 'update', detail: 'Pulsar takes it.' };
export const TAKEN_WHEN_GIVEN: Fate = { kinds: GIVEN, class: 'update', detail: 'Pulsar takes it.' };
export const NOT_CLEARED: Fate = {
  kinds: ['cleared'],
  class: 'ignored',
  detail: `Pulsar keeps the value that it has: absent and empty both mean "keep". ${RECREATE}`,
};

type Extras = Partial<Pick<ComparedRule, 'hidden' | 'uncounted' | 'clearWith' | 'untried'>>;

/** Set, changed and cleared by an update. */
export const updated = (field: string, extras: Extras = {}): FieldRule => ({
  kind: 'compared',
  field,
  fates: [TAKEN],
  ...extras,
});

/** Set and changed by an update, never cleared. */
export const keptWhenCleared = (field: string, extras: Extras = {}): FieldRule => ({
  kind: 'compared',
  field,
  fates: [TAKEN_WHEN_GIVEN, NOT_CLEARED],
  ...extras,
});

/** Fields of one object, sent as a whole. */
export const updatedFields = (object: string, fields: readonly string[], extras: Extras = {}): FieldRule[] =>
  fields.map((field) => updated(`${object}/${field}`, extras));

/** Set and changed by an update; where it is not said, the package says it. */
export const updatedWhenGiven = (field: string): FieldRule => ({
  kind: 'compared',
  field,
  fates: [TAKEN_WHEN_GIVEN],
});

/** Pulsar refuses the whole update that says something else; one that says nothing leaves it as it is. */
export const unalterable = (field: string, answer: string): FieldRule => ({
  kind: 'compared',
  field,
  fates: [refusedWith(answer, GIVEN), NOT_CLEARED],
});

/** Refused with these words. */
export const refusedWith = (answer: string, kinds: readonly ChangeKind[] = ALL): Fate => ({
  kinds,
  class: 'refused',
  detail: `Pulsar refuses the whole update: "${answer}". ${RECREATE}`,
});

/** Taken at creation; an update neither changes nor loses it. */
export const onlyAtCreation = (field: string, why: string): FieldRule => ({
  kind: 'compared',
  field,
  fates: [{ kinds: ALL, class: 'ignored', detail: `${why} ${RECREATE}` }],
});

/** Taken at creation and lost by any update, whatever it says; not given back. */
export const lost = (field: string, why: string, when: readonly ChangeKind[] = GIVEN): FieldRule => ({
  kind: 'compared',
  field,
  hidden: true,
  uncounted: true,
  fates: [
    { kinds: when, class: 'lost', detail: `${why} ${RECREATE}` },
    { kinds: ALL, class: 'update', detail: 'Every update clears it.' },
  ],
});

export const rewritten = (field: string, detail: string): FieldRule => ({ kind: 'rewritten', field, detail });
export const unused = (field: string, detail: string): FieldRule => ({ kind: 'unused', field, detail });
export const fixed = (field: string, detail: string): FieldRule => ({ kind: 'fixed', field, detail });

/** Who it is, and what Stageline alone reads. */
export const IDENTITY: readonly FieldRule[] = [
  fixed('/type', 'It says which of the three kinds it is: another kind is another function.'),
  ...['/tenant', '/namespace', '/name'].map((field) =>
    fixed(field, 'It is part of the name: another name is another function.'),
  ),
];
export const ENVIRONMENTS = fixed(
  '/environments',
  'Applied before the config is sent; Pulsar never sees it.',
);

/** It is not read back; what was deployed last says whether it is the same. */
export const PACKAGE: FieldRule = {
  kind: 'compared',
  field: PACKAGE_POINTER,
  hidden: true,
  fates: [
    {
      kinds: ['changed'],
      class: 're-create',
      detail:
        'Made from a builtin:// connector, it stays so: an update with a package leaves the connector in force. Only re-creation replaces it.',
      when: {
        says: 'a builtin source or sink gets a package of its own',
        holds: (wanted, present) => isBuiltin(present['archive']) && !isBuiltin(wanted['archive']),
      },
    },
    {
      kinds: ['changed'],
      class: 'update',
      detail: 'The package is sent. Pulsar restarts the function even where the package is the same.',
    },
  ],
};

function isBuiltin(archive: unknown): boolean {
  return typeof archive === 'string' && archive.startsWith('builtin://');
}

const CRYPTO = [
  'cryptoKeyReaderConfig',
  'encryptionKeys',
  'producerCryptoFailureAction',
  'consumerCryptoFailureAction',
];

/** A cryptoConfig and its fields. */
export const cryptoRules = (object: string, extras: Extras = {}): FieldRule[] => [
  updated(`${object}/cryptoConfig`, extras),
  updated(`${object}/cryptoConfig/cryptoKeyReaderClassName`, {
    ...extras,
    untried: 'the examples have one key reader',
  }),
  ...updatedFields(`${object}/cryptoConfig`, CRYPTO, extras),
];

/** A producerConfig and its fields; an update replaces it as a whole. */
export const PRODUCER_RULES: readonly FieldRule[] = [
  updated('/producerConfig', { clearWith: {} }),
  ...updatedFields('/producerConfig', [
    ...['maxPendingMessages', 'maxPendingMessagesAcrossPartitions', 'useThreadLocalProducers'],
  ]),
  ...cryptoRules('/producerConfig'),
  ...updatedFields('/producerConfig', ['batchBuilder', 'compressionType']),
];

/** Merged by Pulsar: Stageline sends all three, defaults included. */
export const RESOURCES_RULES: readonly FieldRule[] = [
  updated('/resources'),
  ...updatedFields('/resources', ['cpu', 'ram', 'disk']),
];

export const BATCH_BUILDER = rewritten(
  '/batchBuilder',
  'Pulsar reads it at creation only; Stageline writes it as producerConfig.batchBuilder, which an update takes.',
);
export const FREE_TEXT: readonly FieldRule[] = [
  keptWhenCleared('/runtimeFlags'),
  keptWhenCleared('/customRuntimeOptions'),
];
