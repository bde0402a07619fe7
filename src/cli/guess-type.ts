import { schemas } from '../generated/schemas.js';
import type { WorkloadType } from '../core/types.js';

/** The fields that each type's config may have, pulsar-admin's names for the package included. */
const FIELDS: Readonly<Record<WorkloadType, ReadonlySet<string>>> = {
  function: new Set([...Object.keys(schemas['function-config.json'].properties), 'jar', 'py', 'go']),
  source: new Set([...Object.keys(schemas['source-config.json'].properties), 'archive']),
  sink: new Set([...Object.keys(schemas['sink-config.json'].properties), 'archive']),
};

const TYPES = Object.keys(FIELDS) as WorkloadType[];

/** The type that knows the most of a config's fields; throws where two know as many. */
export function guessType(config: Readonly<Record<string, unknown>>): WorkloadType {
  const ranked = TYPES.map((type) => ({
    type,
    known: Object.keys(config).filter((field) => FIELDS[type].has(field)).length,
  })).sort((a, b) => b.known - a.known);
  const [best, second] = ranked;
  if (best === undefined || best.known === 0) throw new TypeError('does not look like a config');
  if (best.known === second?.known) {
    throw new TypeError(
      `could be a ${best.type} or a ${second.type}; add "type" to it, or say --type function, source or sink`,
    );
  }
  return best.type;
}
