import type { Fields } from '../../../src/deployer/fields.js';
import {
  CRYPTO,
  cryptoSamples,
  EXAMPLES,
  FREE_TEXT,
  input,
  INPUT,
  INPUTS,
  IN,
  only,
  PATTERN,
  PRODUCER,
  sample,
  SCALE,
  topic,
  TOPICS,
  RETRIES,
  SECOND,
  type Group,
} from './sample.js';

const SOURCE: Fields = {
  className: 'org.apache.pulsar.functions.source.batch.BatchSourceExecutor',
  topicName: topic('out'),
};
const SERDE = 'org.apache.pulsar.functions.api.utils.DefaultSerDe';
const TRIGGERER = { discoveryTriggererClassName: 'a.Triggerer' };

/** Samples of a source's fields. */
export const SOURCES: readonly Omit<Group, 'type'>[] = [
  {
    title: 'a source',
    base: SOURCE,
    samples: [
      sample(
        'className',
        SOURCE['className'],
        'org.apache.pulsar.functions.source.PulsarSource',
        only('changed'),
      ),
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

/** Samples of a sink's fields. */
export const SINKS: readonly Omit<Group, 'type'>[] = [
  {
    title: 'a sink',
    base: SINK,
    samples: [
      sample(
        'className',
        SINK['className'],
        'org.apache.pulsar.functions.sink.PulsarSinkDisable',
        only('changed'),
      ),
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
