import type { WorkloadType } from '../../core/types.js';
import type { WorkloadRef } from '../../ports/functions.js';
import { fieldsOf, hasValue, pick, withoutNulls, type Fields } from './config-maps.js';
import { inputSpecs } from './input-specs.js';

const GIB = 1024 ** 3;
const RESOURCES = { cpu: 1, ram: GIB, disk: 10 * GIB };
const PRODUCER = { useThreadLocalProducers: false, batchBuilder: '', compressionType: 'LZ4' };
const CRYPTO = {
  encryptionKeys: [],
  producerCryptoFailureAction: 'FAIL',
  consumerCryptoFailureAction: 'FAIL',
};
/** Class of a sink without a transformation; not given back. */
const IDENTITY = 'org.apache.pulsar.functions.api.utils.IdentityFunction';

const COMMON = ['className', 'logTopic', 'runtimeFlags', 'customRuntimeOptions'];

/** Fields that are kept as they are given, by type; what is in no list is dropped without a word, as Pulsar does. */
const AS_GIVEN: Readonly<Record<WorkloadType, readonly string[]>> = {
  function: [...COMMON, 'output', 'outputSchemaType', 'outputSerdeClassName', 'runtime', 'subName'],
  source: [...COMMON, 'schemaType', 'serdeClassName', 'batchSourceConfig', 'archive'],
  sink: [
    ...[...COMMON, 'archive', 'sourceSubscriptionName', 'transformFunctionClassName'],
    'transformFunctionConfig',
  ],
};

/** The config as Pulsar gives it back: with its defaults, inputs folded into inputSpecs, nothing that is empty. */
export function readBack(ref: WorkloadRef, config: Fields): Fields {
  const { type, tenant, namespace, name } = ref;
  const secrets = fieldsOf(withoutNulls(config['secrets']));
  return {
    ...pick(config, AS_GIVEN[type]),
    tenant,
    namespace,
    name,
    processingGuarantees: config['processingGuarantees'] ?? 'ATLEAST_ONCE',
    ...byType[type](config),
    ...(Object.keys(secrets).length > 0 ? { secrets } : {}),
    parallelism: config['parallelism'] ?? 1,
    resources: { ...RESOURCES, ...pick(fieldsOf(config['resources']), ['cpu', 'ram', 'disk']) },
  };
}

const byType: Readonly<Record<WorkloadType, (config: Fields) => Fields>> = {
  function: (config) => ({
    inputSpecs: specsOf(config, 'consumerProperties'),
    producerConfig: producer(config),
    ...ordering(config),
    ...retries(config, 0),
    ...positive(config, 'timeoutMs'),
    cleanupSubscription: config['cleanupSubscription'] ?? true,
    autoAck: config['autoAck'] ?? true,
    ...windowOf(config),
    userConfig: withoutNulls(config['userConfig'] ?? {}),
    subscriptionPosition: config['subscriptionPosition'] ?? 'Latest',
    ...(config['forwardSourceMessageProperty'] === false ? {} : { forwardSourceMessageProperty: true }),
  }),
  source: (config) => ({
    topicName: config['topicName'] ?? '',
    producerConfig: producer(config),
    configs: withoutNulls(config['configs'] ?? {}),
  }),
  sink(config) {
    const specs = specsOf(config, 'schemaProperties');
    const transform = config['transformFunction'];
    return {
      inputs: Object.keys(specs),
      inputSpecs: specs,
      ...ordering(config),
      // Read back as the kind of its subscription.
      ...(config['processingGuarantees'] === 'EFFECTIVELY_ONCE' ? { retainOrdering: true } : {}),
      ...retries(config, 1),
      ...positive(config, 'timeoutMs'),
      ...positive(config, 'negativeAckRedeliveryDelayMs'),
      ...(hasValue(config['configs']) ? { configs: withoutNulls(config['configs']) } : {}),
      autoAck: config['autoAck'] ?? true,
      cleanupSubscription: config['cleanupSubscription'] ?? true,
      sourceSubscriptionPosition: config['sourceSubscriptionPosition'] ?? 'Latest',
      // One that is no builtin is not given back.
      ...(String(transform).startsWith('builtin://') ? { transformFunction: transform } : {}),
      ...(config['transformFunctionClassName'] === IDENTITY ? { transformFunctionClassName: undefined } : {}),
    };
  },
};

const ordering = (config: Fields): Fields => ({
  retainOrdering: config['retainOrdering'] ?? false,
  retainKeyOrdering: config['retainKeyOrdering'] ?? false,
});

/** Fewer retries mean none, and without retries there is no dead letter topic. */
function retries({ maxMessageRetries, deadLetterTopic }: Fields, least: number): Fields {
  if (typeof maxMessageRetries !== 'number' || maxMessageRetries < least) return {};
  return { maxMessageRetries, ...pick({ deadLetterTopic }, ['deadLetterTopic']) };
}

function positive(config: Fields, field: string): Fields {
  const value = config[field];
  return typeof value === 'number' && value > 0 ? { [field]: value } : {};
}

const producer = (config: Fields): Fields => {
  const given = fieldsOf(config['producerConfig']);
  const { maxPendingMessages: _one, maxPendingMessagesAcrossPartitions: _all, ...rest } = given;
  return {
    ...PRODUCER,
    ...pick(rest, Object.keys(rest)),
    ...positive(given, 'maxPendingMessages'),
    ...positive(given, 'maxPendingMessagesAcrossPartitions'),
    ...pick(config, ['batchBuilder']),
    ...cryptoOf(given),
  };
};

function cryptoOf({ cryptoConfig }: Fields): Fields {
  return hasValue(cryptoConfig)
    ? { cryptoConfig: { ...CRYPTO, ...fieldsOf(withoutNulls(cryptoConfig)) } }
    : {};
}

/** `dropped` is kept for one kind and not given back, and for the other not kept at all. */
function specsOf(config: Fields, dropped: 'consumerProperties' | 'schemaProperties'): Fields {
  return Object.fromEntries(
    Object.entries(inputSpecs(config)).map(([topic, spec]) => [
      topic,
      { ...spec, ...cryptoOf(spec), [dropped]: {} },
    ]),
  );
}

function windowOf({ windowConfig, className, processingGuarantees }: Fields): Fields {
  if (!hasValue(windowConfig)) return {};
  const window = fieldsOf(windowConfig);
  const { windowLengthCount, windowLengthDurationMs, timestampExtractorClassName } = window;
  return {
    autoAck: false,
    windowConfig: {
      ...pick(
        { slidingIntervalCount: windowLengthCount, slidingIntervalDurationMs: windowLengthDurationMs },
        ['slidingIntervalCount', 'slidingIntervalDurationMs'],
      ),
      ...(hasValue(timestampExtractorClassName) ? { maxLagMs: 0, watermarkEmitIntervalMs: 1000 } : {}),
      ...pick(window, Object.keys(window)),
      actualWindowFunctionClassName: className,
      processingGuarantees: processingGuarantees ?? 'ATLEAST_ONCE',
    },
  };
}
