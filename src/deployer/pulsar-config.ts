import type { WorkloadType } from '../core/types.js';
import type { WorkloadRef } from '../ports/functions.js';
import { fieldsOf, isNothing, type Fields } from './fields.js';
import { inputSpecs } from './input-specs.js';

export { fieldsOf, type Fields } from './fields.js';

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

/** Which workload a config describes; undefined if it does not say. */
export function refOf({ type, tenant, namespace, name }: Fields): WorkloadRef | undefined {
  if (typeof tenant !== 'string' || typeof namespace !== 'string' || typeof name !== 'string')
    return undefined;
  const workload = TYPES.find((each) => each === type);
  return workload === undefined ? undefined : { type: workload, tenant, namespace, name };
}

/** Other ways to name an input than inputSpecs. */
const INPUT_FIELDS = new Set([
  ...['inputs', 'topicsPattern', 'customSerdeInputs', 'customSchemaInputs'],
  ...['topicToSerdeClassName', 'topicToSchemaType'],
]);

/**
 * Turns a config of Stageline into Pulsar's, in the one form that an update takes as it takes a creation: every input in
 * inputSpecs (on update the other fields wipe an input's settings there), the batch builder in producerConfig; a builtin
 * package goes where the worker looks for it (the form part `url` is refused).
 */
export function toPulsarConfig(ref: WorkloadRef, config: Fields): PulsarConfig {
  const { type: _type, artifactPathOrUrl, environments: _environments, ...given } = config;
  const artifact = typeof artifactPathOrUrl === 'string' ? artifactPathOrUrl : '';
  const own: Record<string, unknown> = Object.fromEntries(
    Object.entries(given).filter(([field]) => !INPUT_FIELDS.has(field)),
  );
  const specs = ref.type === 'source' ? {} : inputSpecs(given);
  if (!isNothing(specs)) own['inputSpecs'] = specs;
  if (ref.type !== 'sink' && !isNothing(own['batchBuilder'])) {
    own['producerConfig'] = { ...fieldsOf(own['producerConfig']), batchBuilder: own['batchBuilder'] };
    delete own['batchBuilder'];
  }
  // Read back as false for a window and as true for this guarantee, whatever it was: an update that says so is refused.
  if (!isNothing(own['windowConfig'])) delete own['autoAck'];
  if (ref.type === 'sink' && own['processingGuarantees'] === 'EFFECTIVELY_ONCE') delete own['retainOrdering'];
  if (ref.type === 'function' && own['runtime'] === undefined) own['runtime'] = runtimeOf(artifact);
  if (artifact.startsWith('builtin://')) own[ref.type === 'function' ? 'jar' : 'archive'] = artifact;
  return { ref, artifact, config: own };
}

function runtimeOf(artifact: string): string {
  if (/^(builtin|function):\/\//.test(artifact)) return 'JAVA';
  const [path = ''] = artifact.split(/[?#]/, 1);
  return RUNTIMES.find(([pattern]) => pattern.test(path))?.[1] ?? 'GO';
}
