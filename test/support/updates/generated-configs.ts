import fc from 'fast-check';
import type { WorkloadType } from '../../../src/core/types.js';
import { topic } from './sample.js';

type Json = Readonly<Record<string, unknown>>;

/** A config as it is staged: in Stageline's fields, in any spelling. */
export type StagedConfig = Json & { readonly type: WorkloadType };

const EXAMPLES = 'org.apache.pulsar.functions.api.examples.';
const text = fc.string({ maxLength: 12 });
const count = fc.integer({ min: 1, max: 1_000_000 });
const key = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== '__proto__');
/** Any JSON, deep and with nulls; -0 has no form of its own in JSON. */
const json = fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const settings = fc.dictionary(key, json, { maxKeys: 4 });
const strings = fc.dictionary(key, text, { maxKeys: 2 });

/** The same topic, spelled in each way there is. */
const spelled = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(topic(name), topic(name).replace('persistent://', ''));
const one = (...names: string[]): fc.Arbitrary<string> => fc.oneof(...names.map(spelled));

/** Some of these fields. */
const some = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Json> =>
  fc.record(fields, { requiredKeys: [] });

const resources = some({
  cpu: fc.integer({ min: 1, max: 64 }).map((eighths) => eighths / 8),
  ram: count,
  disk: count,
});
const crypto = fc
  .tuple(
    fc.constant({ cryptoKeyReaderClassName: `${EXAMPLES}RawFileKeyReader`, encryptionKeys: ['k'] }),
    some({
      cryptoKeyReaderConfig: settings,
      producerCryptoFailureAction: fc.constantFrom('FAIL', 'SEND'),
      consumerCryptoFailureAction: fc.constantFrom('FAIL', 'DISCARD', 'CONSUME'),
    }),
  )
  .map(([fixed, more]) => ({ ...fixed, ...more }));
const producer = some({
  maxPendingMessages: fc.nat(100),
  maxPendingMessagesAcrossPartitions: fc.nat(100),
  useThreadLocalProducers: fc.boolean(),
  cryptoConfig: crypto,
  batchBuilder: fc.constantFrom('DEFAULT', 'KEY_BASED', ''),
  compressionType: fc.constantFrom('NONE', 'LZ4', 'ZLIB', 'ZSTD', 'SNAPPY'),
});
const spec = some({
  schemaType: fc.constantFrom('STRING', 'BYTES'),
  regexPattern: fc.constant(false),
  schemaProperties: strings,
  consumerProperties: strings,
  receiverQueueSize: fc.nat(100),
  cryptoConfig: crypto,
  poolMessages: fc.boolean(),
});
const specs = fc
  .tuple(spelled('in'), spec, fc.option(fc.tuple(spelled('second'), spec), { nil: undefined }))
  .map(([first, itsSpec, second]) =>
    Object.fromEntries([[first, itsSpec], ...(second === undefined ? [] : [second])]),
  );

const guarantees = (...those: string[]) => fc.constantFrom('ATLEAST_ONCE', ...those);
const common = {
  parallelism: fc.integer({ min: 1, max: 3 }),
  resources,
  secrets: settings,
  runtimeFlags: fc.constant('-Da=1'),
  customRuntimeOptions: fc.constant('{"a":1}'),
};
const reading = {
  inputs: fc.array(one('third', 'fourth'), { maxLength: 2 }),
  topicsPattern: fc.constant('persistent://public/updates/of-.*'),
  inputSpecs: specs,
  cleanupSubscription: fc.boolean(),
};
/** Fields that exclude each other. */
const order = fc.oneof(
  some({
    processingGuarantees: guarantees('ATMOST_ONCE', 'MANUAL', 'EFFECTIVELY_ONCE'),
    retainOrdering: fc.boolean(),
  }),
  some({ retainKeyOrdering: fc.boolean(), autoAck: fc.boolean() }),
);

const functions = fc
  .tuple(
    some({
      ...common,
      ...reading,
      customSchemaInputs: fc.constant({
        [topic('fifth')]: '{"schemaType":"STRING","schemaProperties":{"a":"b"}}',
      }),
      output: one('out', 'out-2'),
      producerConfig: producer,
      batchBuilder: fc.constantFrom('DEFAULT', 'KEY_BASED'),
      outputSchemaType: fc.constantFrom('STRING', 'BYTES'),
      customSchemaOutputs: fc.constant({ [topic('out')]: '{"schemaProperties":{"a":"b"}}' }),
      forwardSourceMessageProperty: fc.boolean(),
      userConfig: settings,
      subName: fc.constant('a-subscription'),
      subscriptionPosition: fc.constantFrom('Latest', 'Earliest'),
      skipToLatest: fc.boolean(),
      maxPendingAsyncRequests: count,
      exposePulsarAdminClientEnabled: fc.boolean(),
    }),
    order,
    fc.oneof(
      some({ timeoutMs: count }),
      fc.record({ maxMessageRetries: fc.nat(5), deadLetterTopic: one('dead') }),
      some({ maxMessageRetries: fc.integer({ min: -1, max: 5 }) }),
    ),
    fc.option(
      some({
        slidingIntervalCount: count,
        lateDataTopic: one('late'),
        maxLagMs: count,
        timestampExtractorClassName: fc.constant('a.Extractor'),
      }),
      { nil: undefined, freq: 4 },
    ),
  )
  .map(([fields, ordering, retries, window]) => ({
    type: 'function' as const,
    runtime: 'JAVA',
    className: `${EXAMPLES}${window === undefined ? 'ExclamationFunction' : 'AddWindowFunction'}`,
    ...fields,
    ...(window === undefined ? ordering : { windowConfig: { windowLengthCount: 5, ...window } }),
    // A timeout and retries go with the default guarantee only.
    ...((ordering['processingGuarantees'] ?? 'ATLEAST_ONCE') === 'ATLEAST_ONCE' || window !== undefined
      ? retries
      : {}),
  }));

const sources = fc
  .tuple(
    some({
      ...common,
      topicName: one('out', 'out-2'),
      producerConfig: producer,
      batchBuilder: fc.constantFrom('DEFAULT', 'KEY_BASED'),
      configs: settings,
      processingGuarantees: guarantees('ATMOST_ONCE', 'EFFECTIVELY_ONCE'),
      schemaType: fc.constantFrom('STRING', 'BYTES'),
    }),
    some({
      batchSourceConfig: fc
        .tuple(
          fc.constant({ discoveryTriggererClassName: 'a.Triggerer' }),
          some({ discoveryTriggererConfig: settings }),
        )
        .map(([fixed, more]) => ({ ...fixed, ...more })),
    }),
  )
  .map(([fields, batch]) => ({
    type: 'source' as const,
    className: 'org.apache.pulsar.functions.source.batch.BatchSourceExecutor',
    ...fields,
    ...batch,
  }));

const sinks = fc
  .tuple(
    some({
      ...common,
      ...reading,
      topicToSchemaType: fc.constant({ [topic('fifth')]: 'STRING' }),
      sourceSubscriptionName: fc.constant('a-subscription'),
      sourceSubscriptionPosition: fc.constantFrom('Latest', 'Earliest'),
      configs: settings,
      timeoutMs: fc.nat(1000),
      negativeAckRedeliveryDelayMs: fc.nat(1000),
      maxMessageRetries: fc.integer({ min: -1, max: 5 }),
      deadLetterTopic: one('dead'),
      transformFunctionConfig: fc.constant('{"a":1}'),
    }),
    order,
  )
  .map(([fields, ordering]) => ({
    type: 'sink' as const,
    className: 'org.apache.pulsar.functions.sink.PulsarSink',
    ...fields,
    ...ordering,
  }));

/** Whatever it says, it reads something. */
const withInput = <T extends Json>(config: T): T => ({
  ...config,
  inputSpecs: config['inputSpecs'] ?? { [topic('in')]: {} },
});

/**
 * Valid configs of all three types, as far as the examples package goes. No log topic: a running function with one breaks
 * a worker that runs functions as threads.
 */
export const stagedConfig: fc.Arbitrary<StagedConfig> = fc.oneof(
  functions.map(withInput),
  sources,
  sinks.map(withInput),
);
