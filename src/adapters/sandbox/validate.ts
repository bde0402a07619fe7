import type { WorkloadType } from '../../core/types.js';
import { topicFullName } from '../../core/topic-name.js';
import type { Upsert } from '../../ports/functions.js';
import { fieldsOf, hasValue, type Fields } from './config-maps.js';
import { inputSpecs } from './input-specs.js';

/** Function, Source or Sink: how Pulsar's reasons begin. */
export function label(type: WorkloadType): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

/** `builtin://…` stands in the config (`archive`, `jar`), never in the part `url`. */
export function builtinOf(config: Fields): boolean {
  return [config['archive'], config['jar']].some(
    (value) => typeof value === 'string' && value.startsWith('builtin://'),
  );
}

/** Why Pulsar would not create this, in its words and in its order; undefined if it would. */
export function creationFault({ ref, config, data, url }: Upsert): string | undefined {
  const kind = label(ref.type);
  if (ref.type === 'function' && !['JAVA', 'PYTHON', 'GO'].includes(String(config['runtime'])))
    return 'Function language runtime is either not set or cannot be determined';
  if (url !== undefined && !/^(function|source|sink):\/\//.test(url))
    return 'Function Package url is not valid.supported url (http/https/file)';
  if (data === undefined && url === undefined && !builtinOf(config)) return `${kind} package is not provided`;
  return configFault(ref.type, config);
}

/** What Pulsar finds wrong in a complete config, at creation and after merging an update. What is in the package is not looked at. */
export function configFault(type: WorkloadType, config: Fields): string | undefined {
  return FAULTS[type](config) ?? ackFault(config);
}

const FAULTS: Readonly<Record<WorkloadType, (config: Fields) => string | undefined>> = {
  function: (config) =>
    topicsFault('function', config) ?? functionFault(config) ?? specFault('function', config),
  source: sourceFault,
  sink: (config) => topicsFault('sink', config) ?? sinkFault(config),
};

function topicsFault(type: 'function' | 'sink', config: Fields): string | undefined {
  const topics = Object.entries(inputSpecs(config));
  if (topics.length === 0)
    return type === 'function'
      ? 'No input topic(s) specified for the function'
      : 'Must specify at least one topic of input via topicToSerdeClassName, topicsPattern, topicToSchemaType or inputSpecs';
  for (const [topic, spec] of topics)
    if (spec['regexPattern'] !== true && topicFullName(topic) === undefined)
      return `Input topic ${topic} is invalid`;
  const output = config['output'];
  if (type === 'function' && hasValue(output)) {
    if (topicFullName(String(output)) === undefined) return `Output topic ${String(output)} is invalid`;
    if (topics.some(([topic]) => topic === output))
      return `Output topic ${String(output)} is also being used as an input topic (topics must be one or the other)`;
  }
  return parallelismFault(type, config);
}

function functionFault(config: Fields): string | undefined {
  const { runtime, className, timeoutMs, processingGuarantees = 'ATLEAST_ONCE', maxMessageRetries } = config;
  if (runtime !== 'GO' && !hasValue(className) && !builtinOf(config))
    return 'Function class name is not provided.';
  if (hasValue(timeoutMs)) {
    if (Number(timeoutMs) <= 0) return 'Function timeout must be a positive number';
    if (processingGuarantees !== 'ATLEAST_ONCE')
      return 'Message timeout can only be specified with processing guarantee is ATLEAST_ONCE';
  }
  const retries = hasValue(maxMessageRetries) && Number(maxMessageRetries) >= 0;
  if (retries && processingGuarantees === 'EFFECTIVELY_ONCE')
    return "MaxMessageRetries and Effectively once don't gel well";
  if (!retries && hasValue(config['deadLetterTopic']))
    return 'Dead Letter Topic specified, however max retries is set to infinity';
  return orderFault(config);
}

function sinkFault(config: Fields): string | undefined {
  if (Number(config['timeoutMs'] ?? 0) < 0) return 'Sink timeout must be a positive number';
  return specFault('sink', config) ?? orderFault(config);
}

function orderFault(config: Fields): string | undefined {
  if (config['retainKeyOrdering'] !== true) return undefined;
  if (config['processingGuarantees'] === 'EFFECTIVELY_ONCE')
    return 'When effectively once processing guarantee is specified, retain Key ordering cannot be set';
  return config['retainOrdering'] === true
    ? 'Only one of retain ordering or retain key ordering can be set'
    : undefined;
}

/** Only one of the two encodings. */
function specFault(type: 'function' | 'sink', config: Fields): string | undefined {
  const both = Object.values(fieldsOf(config['inputSpecs'])).some(
    (spec) => hasValue(fieldsOf(spec)['schemaType']) && hasValue(fieldsOf(spec)['serdeClassName']),
  );
  if (both)
    return type === 'function'
      ? 'Only one of schemaType or serdeClassName should be set in inputSpec'
      : 'Only one of serdeClassName or schemaType should be set';
  return hasValue(config['outputSerdeClassName']) && hasValue(config['outputSchemaType'])
    ? 'Only one of outputSchemaType or outputSerdeClassName should be set'
    : undefined;
}

function sourceFault(config: Fields): string | undefined {
  const topic = config['topicName'];
  if (hasValue(topic) && topicFullName(String(topic)) === undefined) return 'Topic name is invalid';
  const parallelism = parallelismFault('source', config);
  if (parallelism !== undefined) return parallelism;
  return hasValue(config['serdeClassName']) && hasValue(config['schemaType'])
    ? 'Only one of serdeClassName or schemaType should be set'
    : undefined;
}

function parallelismFault(type: WorkloadType, { parallelism }: Fields): string | undefined {
  return hasValue(parallelism) && !(typeof parallelism === 'number' && parallelism > 0)
    ? `${label(type)} parallelism must be a positive number`
    : undefined;
}

function ackFault({ autoAck, processingGuarantees, windowConfig }: Fields): string | undefined {
  return autoAck === false && processingGuarantees === 'ATMOST_ONCE' && !hasValue(windowConfig)
    ? 'When Guarantees == ATMOST_ONCE, autoAck must be equal to true. This is a contradictory configuration, autoAck will be removed later. Please refer to PIP: https://github.com/apache/pulsar/issues/15560'
    : undefined;
}
