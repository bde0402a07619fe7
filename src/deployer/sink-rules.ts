import type { FieldRule } from './field-rules.js';
import { inputRules } from './input-rules.js';
import {
  ENVIRONMENTS,
  FREE_TEXT,
  IDENTITY,
  keptWhenCleared,
  onlyAtCreation,
  PACKAGE,
  RESOURCES_RULES,
  unalterable,
  unused,
  updated,
  updatedWhenGiven,
} from './rule-makers.js';

const SINK_ONLY = 'Of a sink Pulsar reads it at creation only.';
/** The class of a sink that has no transform function. */
const IDENTITY_FUNCTION = 'org.apache.pulsar.functions.api.utils.IdentityFunction';

/** What an update does to a sink. */
export const SINK_RULES: readonly FieldRule[] = [
  ...IDENTITY,
  PACKAGE,
  updatedWhenGiven('/className'),
  ...inputRules('sink'),
  unalterable('/sourceSubscriptionName', 'Subscription Name cannot be altered'),
  updated('/sourceSubscriptionPosition', { clearWith: 'Latest' }),
  updated('/cleanupSubscription', { clearWith: true }),
  updated('/configs', { clearWith: {} }),
  updated('/secrets', { clearWith: {} }),
  updated('/parallelism', { clearWith: 1 }),
  unalterable('/processingGuarantees', 'Processing Guarantees cannot be altered'),
  unalterable('/retainOrdering', 'Retain Ordering cannot be altered'),
  unalterable('/retainKeyOrdering', 'Retain Key Ordering cannot be altered'),
  unalterable('/autoAck', 'AutoAck cannot be altered'),
  updated('/timeoutMs', { clearWith: 0 }),
  onlyAtCreation('/negativeAckRedeliveryDelayMs', SINK_ONLY),
  onlyAtCreation('/maxMessageRetries', SINK_ONLY),
  onlyAtCreation('/deadLetterTopic', SINK_ONLY),
  keptWhenCleared('/transformFunction', {
    hidden: true,
    untried: 'a standalone broker has no builtin function',
  }),
  updated('/transformFunctionClassName', { clearWith: IDENTITY_FUNCTION }),
  updated('/transformFunctionConfig', { clearWith: '' }),
  ...RESOURCES_RULES,
  keptWhenCleared('/logTopic'),
  ...FREE_TEXT,
  unused('/sinkType', 'Only pulsar-admin reads it.'),
  ENVIRONMENTS,
];
