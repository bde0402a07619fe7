import { fieldsOf, pick, stringsOf, type Fields } from './config-maps.js';

const CONSUMER = { schemaProperties: {}, consumerProperties: {}, poolMessages: false, regexPattern: false };

/** Every way to name an input, folded into one map; later ones win, as in Pulsar. */
export function inputSpecs(config: Fields): Readonly<Record<string, Fields>> {
  const specs = new Map<string, Fields>();
  const put = (topic: string, spec: Fields): void => {
    const { isRegexPattern: _printed, ...given } = pick(spec, Object.keys(spec));
    specs.set(topic, { ...CONSUMER, ...given });
  };
  const pattern = config['topicsPattern'];
  for (const topic of stringsOf(config['inputs'])) put(topic, {});
  if (typeof pattern === 'string' && pattern !== '') put(pattern, { regexPattern: true });
  for (const map of ['customSerdeInputs', 'topicToSerdeClassName'])
    for (const [topic, serdeClassName] of Object.entries(fieldsOf(config[map])))
      put(topic, { serdeClassName });
  for (const [topic, schema] of Object.entries(fieldsOf(config['customSchemaInputs'])))
    put(topic, schemaOf(schema));
  for (const [topic, schemaType] of Object.entries(fieldsOf(config['topicToSchemaType'])))
    put(topic, { schemaType });
  for (const [topic, spec] of Object.entries(fieldsOf(config['inputSpecs']))) put(topic, fieldsOf(spec));
  return Object.fromEntries(specs);
}

function schemaOf(text: unknown): Fields {
  try {
    return fieldsOf(JSON.parse(String(text)));
  } catch {
    return { schemaType: text };
  }
}
