import type { WorkloadType } from '../core/types.js';
import { inputSpecs } from './input-specs.js';
import { fieldsOf, fullName, isNothing, type Fields } from './fields.js';

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
  skipToLatest: false,
  parallelism: 1,
  timeoutMs: 0,
  negativeAckRedeliveryDelayMs: 0,
};
const PRODUCER_DEFAULTS: Fields = {
  useThreadLocalProducers: false,
  batchBuilder: 'DEFAULT',
  compressionType: 'LZ4',
  maxPendingMessages: 0,
  maxPendingMessagesAcrossPartitions: 0,
};
const CRYPTO_DEFAULTS: Fields = { producerCryptoFailureAction: 'FAIL', consumerCryptoFailureAction: 'FAIL' };

/** Who it is, what is folded into other fields, and what has no effect in Pulsar. */
const LEFT_OUT = new Set([
  ...['tenant', 'namespace', 'name', 'fqfn', 'inputs', 'topicsPattern', 'customSerdeInputs'],
  ...['customSchemaInputs', 'topicToSerdeClassName', 'topicToSchemaType', 'topicToSchemaProperties'],
  ...['batchBuilder', 'functionType', 'sourceType', 'sinkType', 'maxPendingAsyncRequests'],
  ...['exposePulsarAdminClientEnabled', 'jar', 'py', 'go'],
  // Compared apart: whether it is the default depends on the cluster.
  'forwardSourceMessageProperty',
]);
const TOPICS = new Set(['output', 'logTopic', 'deadLetterTopic', 'topicName']);

/** A config in a form in which what was sent and what is read back are equal where they mean the same. */
export function normalise(type: WorkloadType, config: Fields): Fields {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    if (LEFT_OUT.has(name) || isNothing(value) || value === DEFAULTS[name]) continue;
    fields[name] = TOPICS.has(name) ? fullName(value) : withoutNulls(value);
  }
  fields['resources'] = { ...DEFAULT_RESOURCES, ...without(config['resources'], {}) };
  fields['producerConfig'] = type === 'sink' ? undefined : producerConfig(config);
  fields['inputSpecs'] = type === 'source' ? undefined : specsOf(type, config);
  BY_TYPE[type](fields, config);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isNothing(value)));
}

/** What holds for one type only. */
const BY_TYPE: Readonly<Record<WorkloadType, (fields: Record<string, unknown>, config: Fields) => void>> = {
  function(fields, { windowConfig, runtime }) {
    // Retries of nought are kept; fewer mean for ever.
    if (Number(fields['maxMessageRetries']) < 0) delete fields['maxMessageRetries'];
    if (runtime === undefined || runtime === 'JAVA') {
      // Taken from the class, whatever the config says.
      delete fields['inputTypeClassName'];
      delete fields['outputTypeClassName'];
    }
    if (fields['output'] === undefined) delete fields['customSchemaOutputs'];
    if (isNothing(windowConfig)) return;
    fields['windowConfig'] = windowOf(fieldsOf(windowConfig));
    // A window function acknowledges by window, whatever was asked for.
    delete fields['autoAck'];
  },
  source(fields) {
    const { discoveryTriggererConfig, ...batch } = fieldsOf(fields['batchSourceConfig']);
    if (!isNothing(fields['batchSourceConfig']) && isNothing(discoveryTriggererConfig))
      fields['batchSourceConfig'] = batch;
  },
  sink(fields) {
    if (Number(fields['maxMessageRetries']) <= 0) delete fields['maxMessageRetries'];
    // Without retries Pulsar keeps no dead letter topic.
    if (fields['maxMessageRetries'] === undefined) delete fields['deadLetterTopic'];
    // It is read back as the kind of its subscription, which this guarantee implies.
    if (fields['processingGuarantees'] === 'EFFECTIVELY_ONCE') fields['retainOrdering'] = true;
  },
};

function windowOf(given: Fields): Fields {
  const { actualWindowFunctionClassName: _class, processingGuarantees: _guarantees, ...window } = given;
  const { windowLengthCount, windowLengthDurationMs, timestampExtractorClassName } = window;
  const eventTime = isNothing(timestampExtractorClassName)
    ? {}
    : { maxLagMs: 0, watermarkEmitIntervalMs: 1000 };
  const filled = {
    slidingIntervalCount: windowLengthCount,
    slidingIntervalDurationMs: windowLengthDurationMs,
    ...eventTime,
    ...without(window, {}),
  };
  const { lateDataTopic, ...rest } = without(filled, {});
  return lateDataTopic === undefined ? rest : { ...rest, lateDataTopic: fullName(lateDataTopic) };
}

function specsOf(type: WorkloadType, config: Fields): Readonly<Record<string, Fields>> {
  const entries = Object.entries(inputSpecs(config)).map(([topic, spec]): [string, Fields] => {
    const { schemaProperties, cryptoConfig, poolMessages, regexPattern, ...rest } = spec;
    const kept = {
      ...rest,
      cryptoConfig: cryptoOf(cryptoConfig),
      ...(type === 'sink' ? {} : { schemaProperties }),
      ...(poolMessages === true ? { poolMessages } : {}),
      ...(regexPattern === true ? { regexPattern } : {}),
      ...(isNothing(rest['schemaType']) ? {} : { serdeClassName: undefined }),
    };
    return [regexPattern === true ? topic : fullName(topic), without(kept, {})];
  });
  return Object.fromEntries(entries);
}

/** A producerConfig without what is the default, `batchBuilder` folded in. */
export function producerConfig(config: Fields): Fields {
  const given = fieldsOf(config['producerConfig']);
  const { batchBuilder = given['batchBuilder'] } = config;
  return without(
    { ...given, batchBuilder, cryptoConfig: cryptoOf(given['cryptoConfig']) },
    PRODUCER_DEFAULTS,
  );
}

function cryptoOf(config: unknown): Fields {
  const { encryptionKeys, ...rest } = without(config, CRYPTO_DEFAULTS);
  return Array.isArray(encryptionKeys) && encryptionKeys.length > 0 ? { ...rest, encryptionKeys } : rest;
}

/** The fields that hold something other than nothing or the default. */
function without(value: unknown, defaults: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fieldsOf(value))
      .map(([name, field]): [string, unknown] => [name, withoutNulls(field)])
      .filter(([name, field]) => !isNothing(field) && field !== defaults[name]),
  );
}

/** Pulsar drops a map's entries that are null, at any depth; in a list they stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [name, withoutNulls(field)]),
  );
}
