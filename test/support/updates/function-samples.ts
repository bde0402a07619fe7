import type { Fields } from '../../../src/deployer/fields.js';
import {
  CRYPTO,
  cryptoSamples,
  EXAMPLES,
  FREE_TEXT,
  GIVEN,
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

const FUNCTION: Fields = { runtime: 'JAVA', className: `${EXAMPLES}ExclamationFunction`, ...INPUTS };
const CUSTOM = { ...FUNCTION, className: `${EXAMPLES}CustomBaseToBaseFunction` };
const WINDOW = { ...FUNCTION, className: `${EXAMPLES}AddWindowFunction` };
const PYTHON: Fields = { runtime: 'PYTHON', className: 'enrich.Enrich', ...INPUTS };

/** Samples of a function's fields. */
export const FUNCTIONS: readonly Omit<Group, 'type'>[] = [
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
