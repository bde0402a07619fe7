import { fieldsOf, fullName, type Fields } from './fields.js';

/** Maps that name inputs, with what each says of one; later ones win, as in Pulsar. */
const MAPS: readonly (readonly [field: string, spec: (value: unknown) => Fields])[] = [
  ['customSerdeInputs', (serdeClassName) => ({ serdeClassName })],
  ['topicToSerdeClassName', (serdeClassName) => ({ serdeClassName })],
  ['customSchemaInputs', schemaSpec],
  ['topicToSchemaType', (schemaType) => ({ schemaType })],
  ['inputSpecs', fieldsOf],
];

/** Every way to name an input, folded into one map by the input's full name; a pattern stays as it is. */
export function inputSpecs(config: Fields): Readonly<Record<string, Fields>> {
  const specs = new Map<string, Fields>();
  const add = (topic: string, { isRegexPattern, ...spec }: Fields): void => {
    const regexPattern = spec['regexPattern'] ?? isRegexPattern;
    specs.set(regexPattern === true ? topic : fullName(topic), {
      ...spec,
      ...(regexPattern === undefined ? {} : { regexPattern }),
    });
  };
  const { inputs, topicsPattern } = config;
  for (const topic of Array.isArray(inputs) ? (inputs as unknown[]) : []) add(String(topic), {});
  if (typeof topicsPattern === 'string' && topicsPattern !== '') add(topicsPattern, { regexPattern: true });
  for (const [field, spec] of MAPS)
    for (const [topic, value] of Object.entries(fieldsOf(config[field]))) add(topic, spec(value));
  return Object.fromEntries(specs);
}

/** Of a ConsumerConfig in a string Pulsar takes these three. */
function schemaSpec(text: unknown): Fields {
  const given = parsed(text);
  return Object.fromEntries(
    ['schemaType', 'schemaProperties', 'consumerProperties']
      .filter((field) => given[field] !== undefined)
      .map((field) => [field, given[field]]),
  );
}

function parsed(text: unknown): Fields {
  try {
    return fieldsOf(JSON.parse(String(text)));
  } catch {
    return { schemaType: text };
  }
}
