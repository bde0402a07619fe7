import { pointerTo } from '../core/json-pointer.js';
import { fieldsOf, type Fields } from './fields.js';

/** A value that is compared as a whole. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Objects that are compared field by field. */
const OPENED = new Set([
  ...['inputSpecs', 'producerConfig', 'windowConfig', 'batchSourceConfig', 'resources'],
  ...['userConfig', 'configs', 'secrets'],
]);
const WHOLE = new Set(['windowConfig', 'batchSourceConfig']);

/** What a normalised config consists of, by JSON pointer. */
export function leavesOf(config: Fields): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const put = (path: readonly string[], value: unknown): void => {
    leaves.set(pointerTo('', ...path), { path, value });
  };
  const visit = (path: readonly string[], value: unknown): void => {
    if (!isOpened(path)) {
      put(path, value);
      return;
    }
    if (isOptional(path)) put(path, true);
    for (const [key, field] of Object.entries(fieldsOf(value))) visit([...path, key], field);
  };
  for (const [field, value] of Object.entries(config)) visit([field], value);
  return leaves;
}

/** True where one side has it and the other has not: that is one difference, and none for each part of it. */
export function isPartOfMissing(
  path: readonly string[],
  [ours, theirs]: readonly [ReadonlyMap<string, Leaf>, ReadonlyMap<string, Leaf>],
): boolean {
  return path.slice(1).some((_, index) => {
    const above = pointerTo('', ...path.slice(0, index + 1));
    return ours.has(above) !== theirs.has(above);
  });
}

const isInput = (path: readonly string[]): boolean => path.length === 2 && path[0] === 'inputSpecs';

function isCrypto(path: readonly string[]): boolean {
  return (
    path.at(-1) === 'cryptoConfig' &&
    ((path.length === 2 && path[0] === 'producerConfig') || (path.length === 3 && path[0] === 'inputSpecs'))
  );
}

function isOpened(path: readonly string[]): boolean {
  return path.length === 1 ? OPENED.has(path[0] ?? '') : isInput(path) || isCrypto(path);
}

function isOptional(path: readonly string[]): boolean {
  return path.length === 1 ? WHOLE.has(path[0] ?? '') : isInput(path) || isCrypto(path);
}
