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

/** Package of the examples. */
export const EXAMPLES = 'org.apache.pulsar.functions.api.examples.';
/** A topic of the namespace that updates are tried in. */
export const topic = (name: string): string => `persistent://public/updates/${name}`;
/** Inputs. */
export const [IN, SECOND, THIRD] = [topic('in'), topic('second'), topic('third')];
/** A pattern of topics. */
export const PATTERN = 'persistent://public/updates/of-.*';
/** The kinds of change of a field that nothing clears. */
export const GIVEN: readonly ChangeKind[] = ['set', 'changed'];
/** The one key reader of the examples. */
export const CRYPTO = { cryptoKeyReaderClassName: `${EXAMPLES}RawFileKeyReader`, encryptionKeys: ['k'] };

/** Values, and what else there is to say of them. */
type Values = readonly [a: unknown, b?: unknown, more?: Partial<Sample>];

/** A sample of the field at `a/b`. */
export const sample = (path: string, ...[a, b, more]: Values): Sample => ({
  path: path.split('/'),
  a,
  b,
  ...more,
});
/** Only these kinds of change. */
export const only = (...kinds: ChangeKind[]): Partial<Sample> => ({ kinds });
/** A sample of one setting of the first input. */
export const input = (field: string, ...[a, b, more]: Values): Sample => ({
  path: ['inputSpecs', IN, field],
  a,
  b,
  ...more,
});

/** Fields that all three types have. */
export const FREE_TEXT = [
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
/** Size and secrets. */
export const SCALE = [
  sample('parallelism', 2, 3),
  sample('secrets', { s: { key: 'a' } }, { s: { key: 'b' } }),
  ...RESOURCES,
];
/** Settings of the producer. */
export const PRODUCER = [
  sample('producerConfig/maxPendingMessages', 5, 6),
  sample('producerConfig/maxPendingMessagesAcrossPartitions', 50, 60),
  sample('producerConfig/useThreadLocalProducers', true, false),
  sample('producerConfig/batchBuilder', 'KEY_BASED', 'DEFAULT'),
  sample('producerConfig/compressionType', 'ZSTD', 'SNAPPY'),
];
/** Settings of a cryptoConfig that is there. */
export const cryptoSamples = (at: readonly string[]): Sample[] => {
  const field = (name: string, ...[a, b, more]: Values): Sample => ({
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
/** Settings of an input. */
export const INPUT = [
  input('schemaType', 'STRING', 'BYTES'),
  input('consumerProperties', { ackTimeoutMillis: '1000' }, { ackTimeoutMillis: '2000' }),
  input('receiverQueueSize', 7, 0),
  input('poolMessages', true, false),
];
/** Inputs that come, go, or become patterns. */
export const TOPICS: readonly Sample[] = [
  { path: ['inputSpecs', THIRD], a: {}, kinds: ['set'] },
  { path: ['inputSpecs', SECOND], a: {}, kinds: ['cleared'] },
  { path: ['inputSpecs', SECOND, 'regexPattern'], a: true, kinds: ['set'] },
];
/** Two inputs. */
export const INPUTS = { inputSpecs: { [IN]: {}, [SECOND]: {} } };

/** Retries, as a dead letter topic needs them. */
export const RETRIES = { maxMessageRetries: 3 };

/** The kinds of change that a sample stands for. */
export const kindsOf = ({ kinds, b }: Sample): readonly ChangeKind[] =>
  kinds ?? (b === undefined ? ['set', 'cleared'] : [...GIVEN, 'cleared']);
