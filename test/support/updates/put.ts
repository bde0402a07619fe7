import { fieldsOf, isNothing, type Fields } from '../../../src/deployer/fields.js';

/** Objects that are left out once they are empty. */
const EMPTIED = new Set(['producerConfig', 'resources', 'windowConfig']);

/** A copy with another value at the path; undefined takes it out. */
export function put(config: Fields, [key = '', ...rest]: readonly string[], value: unknown): Fields {
  const { [key]: inner, ...others } = config;
  if (rest.length === 0) return value === undefined ? others : { ...config, [key]: value };
  const left = put(fieldsOf(inner), rest, value);
  return EMPTIED.has(key) && isNothing(left) ? others : { ...config, [key]: left };
}

/** True where a path is that of a field, or of a part of it. */
export function isWithin(path: readonly string[], above: readonly string[]): boolean {
  return above.every((part, index) => path[index] === part);
}
