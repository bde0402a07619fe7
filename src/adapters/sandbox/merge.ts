import { isDeepStrictEqual } from 'node:util';
import type { WorkloadType } from '../../core/types.js';
import { fieldsOf, hasValue, pick, type Fields } from './config-maps.js';
import { inputSpecs } from './input-specs.js';

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
    ...['customRuntimeOptions', 'cleanupSubscription', 'logTopic', 'sourceSubscriptionPosition'],
  ],
};
/** Of these an empty string is taken too. */
const REPLACED_BY_EMPTY: Readonly<Record<WorkloadType, readonly string[]>> = {
  function: [],
  source: [],
  sink: ['transformFunction', 'transformFunctionClassName', 'transformFunctionConfig'],
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
  const sent = type === 'source' ? {} : changedSpecs(type, update);
  const refused =
    inputFault(specs, sent) ?? fixedFault(existing, update) ?? batchFault(type, existing, update);
  if (refused !== undefined) return { refused };

  const replaced = {
    ...pick(update, REPLACED[type]),
    ...Object.fromEntries(
      REPLACED_BY_EMPTY[type]
        .filter((field) => update[field] !== undefined && update[field] !== null)
        .map((field) => [field, update[field]]),
    ),
  };
  // Every update makes a function forward properties.
  const { forwardSourceMessageProperty: _forward, ...rest } = existing;
  const config = {
    ...rest,
    ...replaced,
    ...(type === 'source' ? {} : { inputSpecs: { ...specs, ...sent } }),
    resources: {
      ...fieldsOf(existing['resources']),
      ...pick(fieldsOf(update['resources']), ['cpu', 'ram', 'disk']),
    },
  };
  return { config, changed: isChange(type, existing, { replaced, config }) };
}

/** On update the other ways to name an input replace what inputSpecs says of it: all of them for a function, but `inputs` not for a sink. */
function changedSpecs(type: WorkloadType, update: Fields): Readonly<Record<string, Fields>> {
  const { inputs, ...rest } = update;
  const plain = inputSpecs({ inputs });
  const others = inputSpecs({ ...rest, inputSpecs: undefined });
  const own = inputSpecs({ inputSpecs: update['inputSpecs'] });
  return type === 'sink' ? { ...plain, ...own, ...others } : { ...own, ...plain, ...others };
}

function inputFault(specs: Fields, sent: Readonly<Record<string, Fields>>): string | undefined {
  for (const [topic, spec] of Object.entries(sent)) {
    const before = specs[topic];
    if (before === undefined) return 'Input Topics cannot be altered';
    if (fieldsOf(before)['regexPattern'] !== spec['regexPattern'])
      return `isRegexPattern for input topic ${topic} cannot be altered`;
  }
  return undefined;
}

function fixedFault(existing: Fields, update: Fields): string | undefined {
  return FIXED.find(([field]) => hasValue(update[field]) && update[field] !== existing[field])?.[1];
}

function batchFault(type: WorkloadType, existing: Fields, update: Fields): string | undefined {
  if (type !== 'source') return undefined;
  const [before, after] = [existing['batchSourceConfig'], update['batchSourceConfig']];
  if (hasValue(before) !== hasValue(after))
    return 'Sources cannot be update between regular sources and batchsource';
  const trigger = (config: unknown): unknown => fieldsOf(config)['discoveryTriggererClassName'];
  return hasValue(after) && trigger(before) !== trigger(after)
    ? 'DiscoverTriggerer class cannot be updated for batchsources'
    : undefined;
}

function isChange(
  type: WorkloadType,
  existing: Fields,
  { replaced, config }: { replaced: Fields; config: Fields },
): boolean {
  const differs = (field: string): boolean =>
    !isDeepStrictEqual(plain(replaced[field]), plain(existing[field]));
  if (Object.keys(replaced).some(differs)) return true;
  if (!isDeepStrictEqual(plain(config['resources']), plain(existing['resources']))) return true;
  // What was kept as a double is never equal to an integer.
  if (hasInteger(replaced['secrets']) || (type === 'function' && hasInteger(replaced['userConfig'])))
    return true;
  return type === 'sink' && !isDeepStrictEqual(plain(config['inputSpecs']), plain(existing['inputSpecs']));
}

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

function hasInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInteger);
}
