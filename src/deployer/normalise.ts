import { topicFullName } from '../core/topic-name.js';
import { fieldsOf, type Fields } from './pulsar-config.js';

const GIB = 1024 ** 3;
/** What Pulsar gives each instance where a config does not say. */
const DEFAULT_RESOURCES = { cpu: 1, ram: GIB, disk: 10 * GIB };

/** Values that mean the same as nothing. */
const DEFAULTS: Fields = {
  processingGuarantees: 'ATLEAST_ONCE',
  retainOrdering: false,
  retainKeyOrdering: false,
  autoAck: true,
  cleanupSubscription: true,
  subscriptionPosition: 'Latest',
  sourceSubscriptionPosition: 'Latest',
  parallelism: 1,
  timeoutMs: 0,
  negativeAckRedeliveryDelayMs: 0,
};
const CONSUMER_DEFAULTS: Fields = { poolMessages: false, regexPattern: false };
const PRODUCER_DEFAULTS: Fields = {
  useThreadLocalProducers: false,
  batchBuilder: 'DEFAULT',
  compressionType: 'LZ4',
  maxPendingMessages: 0,
  maxPendingMessagesAcrossPartitions: 0,
};

/** Who it is, what is folded into other fields, and what Pulsar neither keeps nor gives back. */
const LEFT_OUT = new Set([
  ...['tenant', 'namespace', 'name', 'fqfn', 'inputs', 'topicsPattern', 'customSerdeInputs'],
  ...['customSchemaInputs', 'topicToSerdeClassName', 'topicToSchemaType', 'topicToSchemaProperties'],
  ...['batchBuilder', 'functionType', 'sourceType', 'sinkType', 'skipToLatest', 'maxPendingAsyncRequests'],
  ...['exposePulsarAdminClientEnabled', 'forwardSourceMessageProperty', 'jar', 'py', 'go'],
]);
const TOPICS = new Set(['output', 'logTopic', 'deadLetterTopic', 'topicName']);

/** A config in a form in which what was sent and what is read back are equal where they mean the same. */
export function normalise(config: Fields): Fields {
  const { windowConfig } = config;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    if (LEFT_OUT.has(name) || isNothing(value) || value === DEFAULTS[name]) continue;
    // A window function acknowledges by window, whatever was asked for.
    if (name === 'autoAck' && !isNothing(windowConfig)) continue;
    if (name === 'maxMessageRetries' && Number(value) <= 0) continue;
    fields[name] = TOPICS.has(name) ? fullName(value) : value;
  }
  fields['resources'] = { ...DEFAULT_RESOURCES, ...without(config['resources'], {}) };
  fields['producerConfig'] = producer(config);
  fields['inputSpecs'] = inputSpecs(config);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isNothing(value)));
}

/** Every way to name an input, folded into one map by full topic name; later ones win, as in Pulsar. */
export function inputSpecs(config: Fields): Readonly<Record<string, Fields>> {
  const specs: Record<string, Fields> = {};
  const add = (topic: string, spec: Fields): void => {
    const { isRegexPattern, ...rest } = spec;
    const regexPattern = rest['regexPattern'] ?? isRegexPattern;
    specs[regexPattern === true ? topic : fullName(topic)] = without(
      { ...rest, regexPattern },
      CONSUMER_DEFAULTS,
    );
  };
  const { inputs, topicsPattern } = config;
  for (const topic of Array.isArray(inputs) ? (inputs as unknown[]) : []) add(String(topic), {});
  if (typeof topicsPattern === 'string') add(topicsPattern, { regexPattern: true });
  const maps: readonly (readonly [field: string, spec: (value: unknown) => Fields])[] = [
    ['customSerdeInputs', (serdeClassName) => ({ serdeClassName })],
    ['topicToSerdeClassName', (serdeClassName) => ({ serdeClassName })],
    ['topicToSchemaType', (schemaType) => ({ schemaType })],
    ['customSchemaInputs', schemaSpec],
    ['inputSpecs', fieldsOf],
  ];
  for (const [field, spec] of maps)
    for (const [topic, value] of Object.entries(fieldsOf(config[field]))) add(topic, spec(value));
  return specs;
}

function schemaSpec(text: unknown): Fields {
  try {
    return fieldsOf(JSON.parse(String(text)));
  } catch {
    return { schemaType: text };
  }
}

function producer(config: Fields): Fields {
  const given = fieldsOf(config['producerConfig']);
  const { batchBuilder = given['batchBuilder'] } = config;
  return without({ ...given, batchBuilder }, PRODUCER_DEFAULTS);
}

/** The fields that hold something other than nothing or the default. */
function without(value: unknown, defaults: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).filter(([name, field]) => !isNothing(field) && field !== defaults[name]),
  );
}

/** Pulsar makes no difference between nothing, null, '' and {}. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** A topic as Pulsar finds it; what is none stays as it is. */
export function fullName(topic: unknown): string {
  const text = String(topic);
  return topicFullName(text) ?? text;
}
