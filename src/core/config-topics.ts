import { pointerTo } from './json-pointer.js';
import { isObject } from './merge-patch.js';
import { own } from './own.js';
import { topicFullName } from './topic-name.js';
import type { ProblemItem } from './types.js';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of function, source and sink configs that hold one topic. `topicsPattern` is none: it stays as it is. */
const SINGLE = new Set(['output', 'logTopic', 'deadLetterTopic', 'topicName']);

/** Fields whose keys are topics. */
const KEYED = new Set([
  'inputSpecs',
  'customSerdeInputs',
  'customSchemaInputs',
  'customSchemaOutputs',
  'topicToSerdeClassName',
  'topicToSchemaType',
  'topicToSchemaProperties',
]);

export interface CanonicalTopics {
  readonly fields: Record<string, unknown>;
  readonly faults: ProblemItem[];
}

interface Context {
  readonly at: string;
  /** For a patch: the config it is applied to, which knows which keys of `inputSpecs` are patterns. */
  readonly base?: Fields;
}

/** Gives every topic of a config, or of a patch, its full name: Pulsar compares topics by spelling. */
export function canonicalTopics(config: Fields, context: Context): CanonicalTopics {
  const faults: ProblemItem[] = [];

  const topic = (value: unknown, pointer: string): unknown => {
    if (typeof value !== 'string') return value;
    const full = topicFullName(value);
    if (full !== undefined) return full;
    const detail =
      'is no topic name; right are topic, tenant/namespace/topic and persistent://tenant/namespace/topic';
    faults.push({ pointer, code: 'INVALID_COMMAND', detail });
    return value;
  };

  const list = (topics: readonly unknown[], pointer: string): unknown[] => [
    ...new Set(topics.map((item, index) => topic(item, pointerTo(pointer, index)))),
  ];

  const keyed = (field: string, map: Fields): Record<string, unknown> => {
    const result = new Map<string, unknown>();
    for (const [key, value] of Object.entries(map)) {
      const pointer = pointerTo(context.at, field, key);
      const full = isPattern({ field, key, value, base: context.base }) ? key : String(topic(key, pointer));
      if (result.has(full)) {
        faults.push({ pointer, code: 'INVALID_COMMAND', detail: `names ${full}, which is here already` });
      }
      result.set(full, value);
    }
    return Object.fromEntries(result);
  };

  const fields = Object.entries(config).map(([field, value]): [string, unknown] => {
    const pointer = pointerTo(context.at, field);
    if (SINGLE.has(field)) return [field, topic(value, pointer)];
    if (field === 'inputs' && Array.isArray(value)) return [field, list(value, pointer)];
    if (KEYED.has(field) && isObject(value)) return [field, keyed(field, value)];
    if (field === 'windowConfig' && isObject(value) && 'lateDataTopic' in value) {
      return [
        field,
        { ...value, lateDataTopic: topic(value['lateDataTopic'], pointerTo(pointer, 'lateDataTopic')) },
      ];
    }
    return [field, value];
  });
  return { fields: Object.fromEntries(fields), faults };
}

interface InputSpec {
  readonly field: string;
  readonly key: string;
  readonly value: unknown;
  readonly base: Fields | undefined;
}

/** A key of `inputSpecs` is a regular expression where its settings, or those that a patch changes, say so. */
function isPattern({ field, key, value, base }: InputSpec): boolean {
  if (field !== 'inputSpecs') return false;
  const says = (spec: unknown): boolean | undefined =>
    isObject(spec) && typeof spec['regexPattern'] === 'boolean' ? spec['regexPattern'] : undefined;
  const specs = base?.['inputSpecs'];
  return says(value) ?? (isObject(specs) ? says(own(specs, key)) : undefined) ?? false;
}
