import type { WorkloadRef } from '../ports/functions.js';
import { fieldsOf, type Fields } from './fields.js';
import { normalise } from './normalise.js';

const GIB = 1024 ** 3;
const RESOURCES: Fields = { cpu: 1, ram: GIB, disk: 10 * GIB };

/** A live config as it would be staged: without what is the default, what Pulsar adds, and what it folds into other fields. */
export function importedConfig(ref: WorkloadRef, live: Fields, artifact: string): Record<string, unknown> {
  const { type, tenant, namespace, name } = ref;
  const { resources, archive: _archive, ...fields } = normalise(type, live);
  const chosen = Object.fromEntries(
    Object.entries(fieldsOf(resources)).filter(([field, value]) => value !== RESOURCES[field]),
  );
  return {
    type,
    tenant,
    namespace,
    name,
    artifactPathOrUrl: artifact,
    ...fields,
    ...(Object.keys(chosen).length === 0 ? {} : { resources: chosen }),
    // It is read back where it is true, which is the default.
    ...(type === 'function' && live['forwardSourceMessageProperty'] !== true
      ? { forwardSourceMessageProperty: false }
      : {}),
  };
}

/** A reference to a package that the cluster does not tell: nothing can be created from it, and it says so. */
export function unknownPackage({ type, tenant, namespace, name }: WorkloadRef): string {
  return `${type}://${tenant}/${namespace}/${name}@unknown`;
}
