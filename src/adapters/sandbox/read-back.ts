import type { WorkloadType } from '../../core/types.js';
import type { WorkloadRef } from '../../ports/functions.js';
import { fieldsOf, hasValue, pick, stringsOf, type Fields } from './config-maps.js';

const GIB = 1024 ** 3;
const RESOURCES = { cpu: 1, ram: GIB, disk: 10 * GIB };
const PRODUCER = { useThreadLocalProducers: false, batchBuilder: '', compressionType: 'LZ4' };
const CONSUMER = { schemaProperties: {}, consumerProperties: {}, poolMessages: false, regexPattern: false };

const COMMON = ['className', 'logTopic', 'runtimeFlags', 'customRuntimeOptions'];
const READING = ['timeoutMs', 'deadLetterTopic', 'maxMessageRetries'];

/** Fields that are kept as they are given, by type; what is in no list is dropped without a word, as Pulsar does. */
const AS_GIVEN: Readonly<Record<WorkloadType, readonly string[]>> = {
  function: [
    ...[...COMMON, ...READING, 'output', 'outputSchemaType', 'outputSerdeClassName', 'customSchemaOutputs'],
    ...['runtime', 'subName', 'windowConfig'],
  ],
  source: [...COMMON, 'schemaType', 'serdeClassName', 'configs', 'batchSourceConfig', 'archive'],
  sink: [
    ...[...COMMON, ...READING, 'configs', 'archive', 'sourceSubscriptionName'],
    ...['negativeAckRedeliveryDelayMs', 'transformFunction'],
    ...['transformFunctionClassName', 'transformFunctionConfig'],
  ],
};

/** The config as Pulsar gives it back: with its defaults, inputs folded into inputSpecs, nothing that is empty. */
export function readBack(ref: WorkloadRef, config: Fields): Fields {
  const { type, tenant, namespace, name } = ref;
  const secrets = fieldsOf(config['secrets']);
  return {
    ...pick(config, AS_GIVEN[type]),
    tenant,
    namespace,
    name,
    ...byType[type](config),
    ...(Object.keys(secrets).length > 0 ? { secrets } : {}),
    ...(positive(config['maxMessageRetries']) ? {} : { maxMessageRetries: undefined }),
    processingGuarantees: config['processingGuarantees'] ?? 'ATLEAST_ONCE',
    parallelism: config['parallelism'] ?? 1,
    resources: { ...RESOURCES, ...pick(fieldsOf(config['resources']), ['cpu', 'ram', 'disk']) },
  };
}

const byType: Readonly<Record<WorkloadType, (config: Fields) => Fields>> = {
  function: (config) => ({
    inputSpecs: inputSpecs(config),
    producerConfig: producer(config),
    ...reading(config),
    userConfig: config['userConfig'] ?? {},
    subscriptionPosition: config['subscriptionPosition'] ?? 'Latest',
    ...(config['forwardSourceMessageProperty'] === false ? {} : { forwardSourceMessageProperty: true }),
  }),
  source: (config) => ({
    topicName: config['topicName'] ?? '',
    producerConfig: producer(config),
    configs: config['configs'] ?? {},
  }),
  sink: (config) => {
    const specs = inputSpecs(config);
    return {
      inputs: Object.keys(specs),
      inputSpecs: specs,
      ...reading(config),
      sourceSubscriptionPosition: config['sourceSubscriptionPosition'] ?? 'Latest',
    };
  },
};

const reading = (config: Fields): Fields => ({
  retainOrdering: config['retainOrdering'] ?? false,
  retainKeyOrdering: config['retainKeyOrdering'] ?? false,
  autoAck: config['autoAck'] ?? true,
  cleanupSubscription: config['cleanupSubscription'] ?? true,
});

const producer = (config: Fields): Fields => ({
  ...PRODUCER,
  ...fieldsOf(config['producerConfig']),
  ...(hasValue(config['batchBuilder']) ? { batchBuilder: config['batchBuilder'] } : {}),
});

const positive = (value: unknown): boolean => typeof value === 'number' && value > 0;

/** Every way to name an input, folded into one map; later ones win, as in Pulsar. */
export function inputSpecs(config: Fields): Readonly<Record<string, Fields>> {
  const specs: Record<string, Fields> = {};
  const put = (topic: string, spec: Fields): void => {
    specs[topic] = { ...CONSUMER, ...pick(spec, Object.keys(spec)) };
  };
  const pattern = config['topicsPattern'];
  for (const topic of stringsOf(config['inputs'])) put(topic, {});
  if (typeof pattern === 'string') put(pattern, { regexPattern: true });
  for (const map of ['customSerdeInputs', 'topicToSerdeClassName'])
    for (const [topic, serdeClassName] of Object.entries(fieldsOf(config[map])))
      put(topic, { serdeClassName });
  for (const [topic, schemaType] of Object.entries(fieldsOf(config['topicToSchemaType'])))
    put(topic, { schemaType });
  for (const [topic, schema] of Object.entries(fieldsOf(config['customSchemaInputs'])))
    put(topic, schemaOf(schema));
  for (const [topic, spec] of Object.entries(fieldsOf(config['inputSpecs']))) put(topic, fieldsOf(spec));
  return specs;
}

function schemaOf(text: unknown): Fields {
  try {
    return fieldsOf(JSON.parse(String(text)));
  } catch {
    return { schemaType: text };
  }
}
