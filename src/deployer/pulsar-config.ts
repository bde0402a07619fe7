import type { WorkloadType } from '../core/types.js';
import type { WorkloadRef } from '../ports/functions.js';

/** A JSON object of Pulsar's config. */
export type Fields = Readonly<Record<string, unknown>>;

/** A config as Pulsar takes it. */
export interface PulsarConfig {
  readonly ref: WorkloadRef;
  /** Pulsar's own fields. */
  readonly config: Fields;
  /** Where the package is. */
  readonly artifact: string;
}

const RUNTIMES: readonly (readonly [RegExp, string])[] = [
  [/\.(jar|nar)$/i, 'JAVA'],
  [/\.(py|whl|zip)$/i, 'PYTHON'],
];
const TYPES: readonly WorkloadType[] = ['function', 'source', 'sink'];

/** An object's fields; none where the value is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Which workload a config describes; undefined if it does not say. */
export function refOf({ type, tenant, namespace, name }: Fields): WorkloadRef | undefined {
  if (typeof tenant !== 'string' || typeof namespace !== 'string' || typeof name !== 'string')
    return undefined;
  const workload = TYPES.find((each) => each === type);
  return workload === undefined ? undefined : { type: workload, tenant, namespace, name };
}

/**
 * Turns a config of Stageline into Pulsar's. `inputs` become inputSpecs, since on update a topic in `inputs` wipes its
 * settings in inputSpecs; a builtin package goes where the worker looks for it (the form part `url` is refused).
 */
export function toPulsarConfig(ref: WorkloadRef, config: Fields): PulsarConfig {
  const { type: _type, artifactPathOrUrl, environments: _environments, inputs, ...own } = config;
  const artifact = typeof artifactPathOrUrl === 'string' ? artifactPathOrUrl : '';
  const specs = inputSpecs(own, inputs);
  return {
    ref,
    artifact,
    config: {
      ...own,
      ...(specs === undefined ? {} : { inputSpecs: specs }),
      ...(ref.type === 'function' && own['runtime'] === undefined ? { runtime: runtimeOf(artifact) } : {}),
      ...(artifact.startsWith('builtin://')
        ? { [ref.type === 'function' ? 'jar' : 'archive']: artifact }
        : {}),
    },
  };
}

/** Topics that another field names with settings are left to it: it wins when the function is created. */
function inputSpecs(config: Fields, inputs: unknown): Fields | undefined {
  const specs = config['inputSpecs'];
  if (!Array.isArray(inputs)) return specs === undefined ? undefined : fieldsOf(specs);
  const elsewhere = new Set(
    ['customSerdeInputs', 'customSchemaInputs', 'topicToSerdeClassName', 'topicToSchemaType'].flatMap(
      (field) => Object.keys(fieldsOf(config[field])),
    ),
  );
  const plain = (inputs as unknown[]).filter((topic) => typeof topic === 'string' && !elsewhere.has(topic));
  return { ...(Object.fromEntries(plain.map((topic) => [topic, {}])) as Fields), ...fieldsOf(specs) };
}

function runtimeOf(artifact: string): string {
  if (/^(builtin|function):\/\//.test(artifact)) return 'JAVA';
  const [path = ''] = artifact.split(/[?#]/, 1);
  return RUNTIMES.find(([pattern]) => pattern.test(path))?.[1] ?? 'GO';
}
