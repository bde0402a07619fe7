import { isDeepStrictEqual } from 'node:util';
import type { WorkloadType } from '../../core/types.js';
import { fieldsOf, hasValue, pick, type Fields } from './config-maps.js';
import { inputSpecs } from './read-back.js';
import { label, parallelismFault } from './validate.js';

/** Fields that an update may not change, with Pulsar's words for it. */
const FIXED: readonly (readonly [field: string, reason: string])[] = [
  ['outputSerdeClassName', 'Output Serde mismatch'],
  ['outputSchemaType', 'Output Schema mismatch'],
  ['processingGuarantees', 'Processing Guarantees cannot be altered'],
  ['retainOrdering', 'Retain Ordering cannot be altered'],
  ['retainKeyOrdering', 'Retain Key Ordering cannot be altered'],
  ['runtime', 'Runtime cannot be altered'],
  ['autoAck', 'AutoAck cannot be altered'],
  ['subName', 'Subscription Name cannot be altered'],
  ['sourceSubscriptionName', 'Subscription Name cannot be altered'],
];

/** Fields that an update replaces where it names them; those of no list here are ignored by it without a word. */
const REPLACED: Readonly<Record<WorkloadType, readonly string[]>> = {
  function: [
    ...['className', 'output', 'logTopic', 'deadLetterTopic', 'userConfig', 'secrets', 'maxMessageRetries'],
    ...['parallelism', 'windowConfig', 'timeoutMs', 'cleanupSubscription', 'runtimeFlags'],
    ...['customRuntimeOptions', 'producerConfig'],
  ],
  source: [
    ...['className', 'topicName', 'serdeClassName', 'schemaType', 'configs', 'secrets', 'parallelism'],
    ...['archive', 'runtimeFlags', 'customRuntimeOptions', 'batchSourceConfig', 'producerConfig', 'logTopic'],
  ],
  sink: [
    ...['className', 'configs', 'secrets', 'parallelism', 'archive', 'timeoutMs', 'runtimeFlags'],
    ...['customRuntimeOptions', 'cleanupSubscription', 'deadLetterTopic', 'maxMessageRetries', 'logTopic'],
    ...['negativeAckRedeliveryDelayMs', 'transformFunction', 'transformFunctionClassName'],
    ...['transformFunctionConfig'],
  ],
};

/** The outcome of merging an update into what is there: why it is refused, or the new config and whether it counts as a change. */
export type Merge =
  | { readonly refused: string }
  | { readonly refused?: never; readonly config: Fields; readonly changed: boolean };

/**
 * Merges as Pulsar does, quirks included: what an update leaves out stays; a number in userConfig always counts as a
 * change (it is kept as a double); so do `secrets: {}`; a change of nothing but a function's inputSpecs does not count.
 */
export function mergeUpdate(type: WorkloadType, existing: Fields, update: Fields): Merge {
  const specs = fieldsOf(existing['inputSpecs']);
  const changedSpecs = {
    ...inputSpecs({ ...update, inputs: undefined }),
    ...inputSpecs({ inputs: update['inputs'] }),
  };
  for (const [topic, spec] of Object.entries(changedSpecs)) {
    const before = specs[topic];
    if (before === undefined) return { refused: 'Input Topics cannot be altered' };
    if (fieldsOf(before)['regexPattern'] !== spec['regexPattern'])
      return { refused: `isRegexPattern for input topic ${topic} cannot be altered` };
  }
  for (const [field, reason] of FIXED)
    if (hasValue(update[field]) && update[field] !== existing[field]) return { refused: reason };
  if (parallelismFault(update)) return { refused: `${label(type)} parallelism must be a positive number` };

  const replaced = pick(update, REPLACED[type]);
  const config = {
    ...existing,
    ...replaced,
    ...(type === 'source' ? {} : { inputSpecs: { ...specs, ...changedSpecs } }),
    resources: { ...fieldsOf(existing['resources']), ...fieldsOf(update['resources']) },
  };
  return { config, changed: isChange(type, existing, { replaced, config }) };
}

function isChange(
  type: WorkloadType,
  existing: Fields,
  { replaced, config }: { replaced: Fields; config: Fields },
): boolean {
  const differs = (field: string): boolean =>
    !isDeepStrictEqual(plain(withDefaults(field, replaced[field])), plain(existing[field]));
  if (Object.keys(replaced).some(differs)) return true;
  if (!isDeepStrictEqual(plain(config['resources']), plain(existing['resources']))) return true;
  if (type === 'function') return hasInteger(replaced['userConfig']);
  return !isDeepStrictEqual(plain(config['inputSpecs']), plain(existing['inputSpecs']));
}

/** Only what was kept is compared: the read-back of a producerConfig holds its defaults. */
function withDefaults(field: string, value: unknown): unknown {
  if (field !== 'producerConfig') return value;
  return { useThreadLocalProducers: false, batchBuilder: '', compressionType: 'LZ4', ...fieldsOf(value) };
}

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

function hasInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInteger);
}
