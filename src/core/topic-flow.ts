import { isObject } from './merge-patch.js';
import { topicFullName } from './topic-name.js';

type Fields = Readonly<Record<string, unknown>>;

/** What a function reads and writes, as far as its config says. */
export interface TopicFlow {
  /** Full names. */
  readonly reads: readonly string[];
  /** Regular expressions over topic names. */
  readonly patterns: readonly string[];
  /** Full names; log and dead-letter topics are none: nothing is computed out of them. */
  readonly writes: readonly string[];
}

/** Fields whose keys are inputs. */
const KEYED = [
  'inputSpecs',
  'customSerdeInputs',
  'customSchemaInputs',
  'topicToSerdeClassName',
  'topicToSchemaType',
];

/** The topics of a config, its environment's patch applied: a source writes `topicName`, a function `output`. */
export function topicFlow(config: Fields): TopicFlow {
  const reads = new Set<string>();
  const patterns = new Set<string>();
  const { inputs, topicsPattern, output, topicName } = config;
  for (const topic of Array.isArray(inputs) ? (inputs as unknown[]) : []) reads.add(fullName(topic));
  if (typeof topicsPattern === 'string' && topicsPattern !== '') patterns.add(topicsPattern);
  for (const field of KEYED) {
    const map = config[field];
    if (!isObject(map)) continue;
    for (const [topic, spec] of Object.entries(map)) {
      const isPattern = isObject(spec) && spec['regexPattern'] === true;
      (isPattern ? patterns : reads).add(isPattern ? topic : fullName(topic));
    }
  }
  const writes = [output, topicName]
    .filter((topic) => typeof topic === 'string' && topic !== '')
    .map(fullName);
  return { reads: [...reads], patterns: [...patterns], writes };
}

function fullName(topic: unknown): string {
  const text = String(topic);
  return topicFullName(text) ?? text;
}
