import type { FieldRule } from './field-rules.js';
import { inputRules } from './input-rules.js';
import {
  BATCH_BUILDER,
  ENVIRONMENTS,
  FREE_TEXT,
  IDENTITY,
  keptWhenCleared,
  lost,
  NOT_CLEARED,
  onlyAtCreation,
  PACKAGE,
  PRODUCER_RULES,
  refusedWith,
  RESOURCES_RULES,
  rewritten,
  TAKEN,
  unalterable,
  unused,
  updated,
  updatedFields,
  updatedWhenGiven,
} from './rule-makers.js';

const TYPE_CLASS =
  'Of a Python or Go function Pulsar loses it with any update, also one that names it; a Java function has it in its class.';
const WORKER = 'Pulsar 4.0 takes it from the functions worker, never from a config.';
const FORWARD = '/forwardSourceMessageProperty';

/** What an update does to a function. */
export const FUNCTION_RULES: readonly FieldRule[] = [
  ...IDENTITY,
  PACKAGE,
  updatedWhenGiven('/className'),
  {
    kind: 'compared',
    field: '/runtime',
    fates: [refusedWith('Runtime cannot be altered', ['set', 'changed'])],
  },
  ...inputRules('function'),
  lost('/inputTypeClassName', TYPE_CLASS),
  keptWhenCleared('/output'),
  ...PRODUCER_RULES,
  unalterable('/outputSchemaType', 'Output Schema mismatch'),
  unalterable('/outputSerdeClassName', 'Output Serde mismatch'),
  lost('/outputTypeClassName', TYPE_CLASS),
  lost('/customSchemaOutputs', 'Pulsar loses it with any update, also one that names it.'),
  keptWhenCleared('/logTopic'),
  unalterable('/processingGuarantees', 'Processing Guarantees cannot be altered'),
  unalterable('/retainOrdering', 'Retain Ordering cannot be altered'),
  unalterable('/retainKeyOrdering', 'Retain Key Ordering cannot be altered'),
  BATCH_BUILDER,
  {
    kind: 'compared',
    field: FORWARD,
    uncounted: true,
    fates: [
      {
        kinds: ['cleared'],
        class: 'update',
        detail: 'Every update makes it true.',
      },
      {
        kinds: ['changed'],
        class: 'ignored',
        detail: 'Every update makes it true, whatever it says. Only re-creation makes it false.',
      },
      {
        kinds: ['set'],
        class: 'lost',
        detail: 'Every update makes it true, whatever it says. Only re-creation makes it false again.',
        when: { says: 'it is false since its creation, and something else changes', holds: () => true },
      },
    ],
  },
  updated('/userConfig', { clearWith: {} }),
  updated('/secrets', { clearWith: {} }),
  unalterable('/autoAck', 'AutoAck cannot be altered'),
  {
    kind: 'compared',
    field: '/maxMessageRetries',
    clearWith: -1,
    fates: [
      {
        ...NOT_CLEARED,
        detail:
          'Pulsar keeps it while there is a dead letter topic, which an update cannot clear. Only re-creation brings it about.',
        when: {
          says: 'it has a deadLetterTopic',
          holds: (_wanted, present) => present['deadLetterTopic'] !== undefined,
        },
      },
      TAKEN,
    ],
  },
  keptWhenCleared('/deadLetterTopic'),
  unalterable('/subName', 'Subscription Name cannot be altered'),
  onlyAtCreation('/subscriptionPosition', 'Pulsar reads it at creation only.'),
  lost('/skipToLatest', 'Pulsar makes it false with any update, also one that names it.', ['set']),
  updated('/cleanupSubscription', { clearWith: true }),
  updated('/parallelism', { clearWith: 1 }),
  ...RESOURCES_RULES,
  keptWhenCleared('/windowConfig'),
  ...updatedFields('/windowConfig', [
    ...['windowLengthCount', 'windowLengthDurationMs', 'slidingIntervalCount', 'slidingIntervalDurationMs'],
    ...['lateDataTopic', 'maxLagMs', 'watermarkEmitIntervalMs', 'timestampExtractorClassName'],
  ]),
  unused('/windowConfig/actualWindowFunctionClassName', 'Pulsar writes className into it.'),
  unused('/windowConfig/processingGuarantees', "Pulsar writes the function's processingGuarantees into it."),
  keptWhenCleared('/timeoutMs'),
  unused('/maxPendingAsyncRequests', WORKER),
  unused('/exposePulsarAdminClientEnabled', WORKER),
  ...FREE_TEXT,
  unused('/functionType', 'Only pulsar-admin reads it.'),
  rewritten('/fqfn', 'The REST API reads tenant, namespace and name.'),
  ENVIRONMENTS,
];
