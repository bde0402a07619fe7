import { topicFullName } from '../../core/topic-name.js';
import type { Upsert } from '../../ports/functions.js';
import { hasValue, type Fields } from './config-maps.js';
import { inputSpecs } from './read-back.js';

/** Function, Source or Sink: how Pulsar's reasons begin. */
export function label(type: Upsert['ref']['type']): string {
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
  return ref.type === 'source' ? sourceFault(config) : readerFault(ref.type, config);
}

function readerFault(type: 'function' | 'sink', config: Fields): string | undefined {
  const kind = label(type);
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
  if (parallelismFault(config)) return `${kind} parallelism must be a positive number`;
  if (
    type === 'function' &&
    config['runtime'] !== 'GO' &&
    !hasValue(config['className']) &&
    !builtinOf(config)
  )
    return 'Function class name is not provided.';
  return undefined;
}

function sourceFault(config: Fields): string | undefined {
  const topic = config['topicName'];
  if (hasValue(topic) && topicFullName(String(topic)) === undefined) return 'Topic name is invalid';
  return parallelismFault(config) ? 'Source parallelism must be a positive number' : undefined;
}

/** True where a parallelism is given that Pulsar refuses. */
export function parallelismFault(config: Fields): boolean {
  const value = config['parallelism'];
  return hasValue(value) && !(typeof value === 'number' && value > 0);
}
