import type { ChangeKind } from '../../../src/deployer/field-rules.js';
import type { Fields } from '../../../src/deployer/fields.js';
import type { WorkloadType } from '../../../src/core/types.js';

/** Two values of one field, in Pulsar's own fields. */
export interface Sample {
  readonly path: readonly string[];
  readonly a: unknown;
  readonly b?: unknown;
  /** Those that make sense; all three if absent. */
  readonly kinds?: readonly ChangeKind[];
  /** Never at creation: see `logTopic` below. */
  readonly later?: boolean;
  /** Paths that come and go with it. */
  readonly along?: readonly (readonly string[])[];
}

/** Samples that can stand in one config together. */
export interface Group {
  readonly type: WorkloadType;
  readonly title: string;
  readonly base: Fields;
  readonly samples: readonly Sample[];
}

const EXAMPLES = 'org.apache.pulsar.functions.api.examples.';
export const topic = (name: string): string => `persistent://public/updates/${name}`;
const [IN, SECOND, THIRD] = [topic('in'), topic('second'), topic('third')];
const PATTERN = 'persistent://public/updates/of-.*';
const GIVEN: readonly ChangeKind[] = ['set', 'changed'];
const CRYPTO = { cryptoKeyReaderClassName: `${EXAMPLES}RawFileKeyReader`, encryptionKeys: ['k'] };

const sample = (path: string, a: unknown, b?: unknown, more: Partial<Sample> = {}): Sample => ({
  path: path.split('/'),
  a,
  b,
  ...more,
});
const only = (...kinds: ChangeKind[]): Partial<Sample> => ({ kinds });
const input = (field: string, a: unknown, b?: unknown, more: Partial<Sample> = {}): Sample => ({
  path: ['inputSpecs', IN, field],
  a,
  b,
  ...more,
});

const FREE_TEXT = [
  sample('runtimeFlags', '-Da=1', '-Da=2'),
  sample('customRuntimeOptions', '{"a":1}', '{"a":2}'),
  // A running function with a log topic breaks the logging of a worker that runs functions as threads, and with it the
  // broker: its appender stays, stopped, when the function ends. So it is only given to one that is stopped.
  sample('logTopic', topic('log'), topic('log-2'), { later: true }),
];
const RESOURCES = [
  sample('resources/cpu', 2, 3),
  sample('resources/ram', 5_000_000, 6_000_000),
  sample('resources/disk', 7_000_000, 8_000_000),
];
const SCALE = [
  sample('parallelism', 2, 3),
  sample('secrets', { s: { key: 'a' } }, { s: { key: 'b' } }),
  ...RESOURCES,
];
const PRODUCER = [
  sample('producerConfig/maxPendingMessages', 5, 6),
  sample('producerConfig/maxPendingMessagesAcrossPartitions', 50, 60),
  sample('producerConfig/useThreadLocalProducers', true, false),
  sample('producerConfig/batchBuilder', 'KEY_BASED', 'DEFAULT'),
  sample('producerConfig/compressionType', 'ZSTD', 'SNAPPY'),
];
const cryptoSamples = (at: readonly string[]): Sample[] => {
  const field = (name: string, a: unknown, b: unknown, more: Partial<Sample> = {}): Sample => ({
    path: [...at, 'cryptoConfig', name],
    a,
    b,
    ...more,
  });
  return [
    field('cryptoKeyReaderConfig', { file: 'a', tries: 1 }, { file: 'b', tries: 2 }),
    field('encryptionKeys', ['k'], ['k', 'l'], only('changed')),
    field('producerCryptoFailureAction', 'SEND', 'FAIL'),
    field('consumerCryptoFailureAction', 'DISCARD', 'CONSUME'),
  ];
};
const INPUT = [
  input('schemaType', 'STRING', 'BYTES'),
  input('consumerProperties', { ackTimeoutMillis: '1000' }, { ackTimeoutMillis: '2000' }),
  input('receiverQueueSize', 7, 0),
  input('poolMessages', true, false),
];
const TOPICS: readonly Sample[] = [
  { path: ['inputSpecs', THIRD], a: {}, kinds: ['set'] },
  { path: ['inputSpecs', SECOND], a: {}, kinds: ['cleared'] },
  { path: ['inputSpecs', SECOND, 'regexPattern'], a: true, kinds: ['set'] },
];
const INPUTS = { inputSpecs: { [IN]: {}, [SECOND]: {} } };

const FUNCTION: Fields = { runtime: 'JAVA', className: `${EXAMPLES}ExclamationFunction`, ...INPUTS };
const CUSTOM = { ...FUNCTION, className: `${EXAMPLES}CustomBaseToBaseFunction` };
const WINDOW = { ...FUNCTION, className: `${EXAMPLES}AddWindowFunction` };
const RETRIES = { maxMessageRetries: 3 };
const PYTHON: Fields = { runtime: 'PYTHON', className: 'enrich.Enrich', ...INPUTS };

const FUNCTIONS: readonly Omit<Group, 'type'>[] = [
  {
    title: 'a Java function',
    base: FUNCTION,
    samples: [
      sample('className', FUNCTION['className'], `${EXAMPLES}JavaNativeExclamationFunction`, only('changed')),
      sample('runtime', 'JAVA', 'PYTHON', only('changed')),
      ...TOPICS,
      ...INPUT,
      input('schemaProperties', { a: '1' }, { a: '2' }),
      sample('output', topic('out'), topic('out-2')),
      sample('customSchemaOutputs', { [topic('out')]: '{"schemaProperties":{"a":"1"}}' }, undefined, {
        kinds: ['set'],
      }),
      ...PRODUCER,
      sample('outputSchemaType', 'STRING', 'BYTES'),
      sample('userConfig', { word: 'a', list: [1, { deep: null }] }, { word: 'b', number: 12_345_678_901 }),
      sample('subName', 'a-subscription', 'another'),
      sample('subscriptionPosition', 'Earliest', 'Latest'),
      sample('skipToLatest', true, false, only(...GIVEN)),
      sample('cleanupSubscription', false, true),
      sample('timeoutMs', 5000, 6000),
      sample('maxMessageRetries', 3, 0),
      ...SCALE,
      ...FREE_TEXT,
    ],
  },
  {
    title: 'a function that forwards properties',
    base: FUNCTION,
    samples: [sample('forwardSourceMessageProperty', false, true, only('set', 'changed'))],
  },
  {
    title: 'a function with retries',
    base: { ...FUNCTION, ...RETRIES },
    samples: [
      sample('deadLetterTopic', topic('dead'), topic('dead-2')),
      sample('maxMessageRetries', 3, 4, { kinds: ['changed', 'cleared'], along: [['deadLetterTopic']] }),
    ],
  },
  {
    title: 'a function in order',
    base: FUNCTION,
    samples: [sample('processingGuarantees', 'ATMOST_ONCE', 'MANUAL'), sample('retainOrdering', true, false)],
  },
  {
    title: 'a function in order of keys',
    base: FUNCTION,
    samples: [sample('retainKeyOrdering', true, false), sample('autoAck', false, true)],
  },
  {
    title: 'a function with SerDes',
    base: CUSTOM,
    samples: [
      input('serdeClassName', `${EXAMPLES}CustomBaseSerde`, `${EXAMPLES}CustomDerivedSerde`),
      sample('outputSerdeClassName', `${EXAMPLES}CustomBaseSerde`, `${EXAMPLES}CustomDerivedSerde`),
    ],
  },
  {
    title: 'a function that decrypts',
    base: { ...FUNCTION, inputSpecs: { [IN]: { cryptoConfig: CRYPTO }, [SECOND]: {} } },
    samples: cryptoSamples(['inputSpecs', IN]),
  },
  {
    title: 'a function that encrypts',
    base: { ...FUNCTION, output: topic('out'), producerConfig: { cryptoConfig: CRYPTO } },
    samples: cryptoSamples(['producerConfig']),
  },
  {
    title: 'encryption as a whole',
    base: { ...FUNCTION, output: topic('out') },
    samples: [
      sample('producerConfig/cryptoConfig', CRYPTO, undefined, only('set', 'cleared')),
      input('cryptoConfig', CRYPTO, undefined, only('set', 'cleared')),
    ],
  },
  {
    title: 'a pattern',
    base: { ...FUNCTION, inputSpecs: { [PATTERN]: { regexPattern: true } } },
    samples: [
      { path: ['inputSpecs', PATTERN, 'regexPattern'], a: true, b: false, kinds: ['changed'] },
      { path: ['inputSpecs', PATTERN, 'receiverQueueSize'], a: 5, b: 6 },
    ],
  },
  {
    title: 'a window as a whole',
    base: WINDOW,
    samples: [sample('windowConfig', { windowLengthCount: 5 }, undefined, only('set', 'cleared'))],
  },
  {
    title: 'a window by count',
    base: { ...WINDOW, windowConfig: { windowLengthCount: 5, timestampExtractorClassName: 'a.Extractor' } },
    samples: [
      sample('windowConfig/windowLengthCount', 5, 6, only('changed')),
      sample('windowConfig/slidingIntervalCount', 2, 3),
      sample('windowConfig/lateDataTopic', topic('late'), topic('late-2')),
      sample('windowConfig/maxLagMs', 10, 20),
      sample('windowConfig/watermarkEmitIntervalMs', 100, 200),
      sample('windowConfig/timestampExtractorClassName', 'a.Extractor', 'a.Other', only('changed')),
    ],
  },
  {
    title: 'a window by time',
    base: { ...WINDOW, windowConfig: { windowLengthDurationMs: 5000 } },
    samples: [
      sample('windowConfig/windowLengthDurationMs', 5000, 6000, only('changed')),
      sample('windowConfig/slidingIntervalDurationMs', 2000, 3000),
    ],
  },
  {
    title: 'a Python function',
    base: PYTHON,
    samples: [
      sample('inputTypeClassName', 'str', 'bytes', only('set')),
      sample('outputTypeClassName', 'str', 'bytes', only('set')),
      sample('className', 'enrich.Enrich', 'enrich.Other', only('changed')),
    ],
  },
];

const SOURCE: Fields = {
  className: 'org.apache.pulsar.functions.source.batch.BatchSourceExecutor',
  topicName: topic('out'),
};
const SERDE = 'org.apache.pulsar.functions.api.utils.DefaultSerDe';
const TRIGGERER = { discoveryTriggererClassName: 'a.Triggerer' };

const SOURCES: readonly Omit<Group, 'type'>[] = [
  {
    title: 'a source',
    base: SOURCE,
    samples: [
      sample('topicName', topic('out'), topic('out-2'), only('changed', 'cleared')),
      ...PRODUCER,
      sample('schemaType', 'STRING', 'BYTES'),
      sample('configs', { word: 'a', list: [1, null] }, { word: 'b', none: null }),
      ...SCALE,
      sample('processingGuarantees', 'ATMOST_ONCE', 'EFFECTIVELY_ONCE'),
      ...FREE_TEXT,
    ],
  },
  { title: 'a source with a SerDe', base: SOURCE, samples: [sample('serdeClassName', SERDE)] },
  {
    title: 'a source with a SerDe that gets a schema',
    base: { ...SOURCE, serdeClassName: SERDE },
    samples: [sample('schemaType', 'STRING', undefined, { ...only('set'), along: [['serdeClassName']] })],
  },
  {
    title: 'a source with a schema that gets a SerDe',
    base: { ...SOURCE, schemaType: 'STRING' },
    samples: [sample('serdeClassName', SERDE, undefined, { ...only('set'), along: [['schemaType']] })],
  },
  {
    title: 'a source that encrypts',
    base: { ...SOURCE, producerConfig: { cryptoConfig: CRYPTO } },
    samples: cryptoSamples(['producerConfig']),
  },
  {
    title: 'encryption as a whole',
    base: SOURCE,
    samples: [sample('producerConfig/cryptoConfig', CRYPTO, undefined, only('set', 'cleared'))],
  },
  {
    title: 'a batch source',
    base: { ...SOURCE, batchSourceConfig: TRIGGERER },
    samples: [
      sample('batchSourceConfig/discoveryTriggererClassName', 'a.Triggerer', 'a.Other', only('changed')),
      sample('batchSourceConfig/discoveryTriggererConfig', { every: 1 }, { every: 2 }),
      sample('batchSourceConfig', TRIGGERER, undefined, only('cleared')),
    ],
  },
  {
    title: 'a source made a batch source',
    base: SOURCE,
    samples: [sample('batchSourceConfig', TRIGGERER, undefined, only('set'))],
  },
];

const SINK: Fields = { className: 'org.apache.pulsar.functions.sink.PulsarSink', ...INPUTS };

const SINKS: readonly Omit<Group, 'type'>[] = [
  {
    title: 'a sink',
    base: SINK,
    samples: [
      ...TOPICS,
      ...INPUT,
      sample('sourceSubscriptionName', 'a-subscription', 'another'),
      sample('sourceSubscriptionPosition', 'Earliest', 'Latest'),
      sample('cleanupSubscription', false, true),
      sample('configs', { word: 'a', list: [1, null] }, { word: 'b', none: null }),
      ...SCALE,
      sample('timeoutMs', 5000, 6000),
      sample('negativeAckRedeliveryDelayMs', 100, 200),
      sample('maxMessageRetries', 3, 4),
      ...FREE_TEXT,
    ],
  },
  {
    title: 'a sink with retries',
    base: { ...SINK, ...RETRIES },
    samples: [sample('deadLetterTopic', topic('dead'), topic('dead-2'))],
  },
  {
    title: 'a sink in order',
    base: SINK,
    samples: [sample('processingGuarantees', 'ATMOST_ONCE', 'MANUAL'), sample('retainOrdering', true, false)],
  },
  {
    title: 'a sink in order of keys',
    base: SINK,
    samples: [sample('retainKeyOrdering', true, false), sample('autoAck', false, true)],
  },
  {
    title: 'a sink with a SerDe',
    base: SINK,
    samples: [input('serdeClassName', `${EXAMPLES}CustomBaseSerde`, `${EXAMPLES}CustomDerivedSerde`)],
  },
  {
    title: 'a sink that decrypts',
    base: { ...SINK, inputSpecs: { [IN]: { cryptoConfig: CRYPTO }, [SECOND]: {} } },
    samples: cryptoSamples(['inputSpecs', IN]),
  },
  {
    title: 'decryption as a whole',
    base: SINK,
    samples: [input('cryptoConfig', CRYPTO, undefined, only('set', 'cleared'))],
  },
  {
    title: 'a pattern',
    base: { ...SINK, inputSpecs: { [PATTERN]: { regexPattern: true } } },
    samples: [
      { path: ['inputSpecs', PATTERN, 'regexPattern'], a: true, b: false, kinds: ['changed'] },
      { path: ['inputSpecs', PATTERN, 'receiverQueueSize'], a: 5, b: 6 },
    ],
  },
  {
    title: 'a sink with settings of a transformation',
    base: SINK,
    samples: [
      sample('transformFunctionConfig', '{"a":1}', '{"a":2}'),
      sample('transformFunctionClassName', `${EXAMPLES}RecordFunction`, `${EXAMPLES}Other`),
    ],
  },
];

/** Every field of the three config types, as far as a standalone broker can be given a value for it. */
export const GROUPS: readonly Group[] = [
  ...FUNCTIONS.map((group) => ({ type: 'function' as const, ...group })),
  ...SOURCES.map((group) => ({ type: 'source' as const, ...group })),
  ...SINKS.map((group) => ({ type: 'sink' as const, ...group })),
];

/** The kinds of change that a sample stands for. */
export const kindsOf = ({ kinds, b }: Sample): readonly ChangeKind[] =>
  kinds ?? (b === undefined ? ['set', 'cleared'] : [...GIVEN, 'cleared']);
