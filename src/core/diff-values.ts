import type { ValueChange } from './history.js';
import { pointerPart } from './json-pointer.js';
import { isObject } from './merge-patch.js';

/** More changes than this within one value are told as one: the whole of it, before and after. */
const MAX_CHANGES = 200;

/**
 * What differs between two JSON values, by JSON pointer. Objects are compared field by field, lists of one length item by
 * item; of another length a list has changed as a whole, since nobody knows which item went. `undefined`: there is nothing.
 */
export function diffValues(before: unknown, after: unknown): ValueChange[] {
  const changes: ValueChange[] = [];
  compare({ pointer: '', before, after }, changes);
  return changes.length > MAX_CHANGES ? [{ pointer: '', before, after }] : changes;
}

function compare({ pointer, before, after }: Required<ValueChange>, changes: ValueChange[]): void {
  // One more than the bound tells that it is passed.
  if (before === after || changes.length > MAX_CHANGES) return;
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const at = `${pointer}/${pointerPart(key)}`;
      compare({ pointer: at, before: ownValue(before, key), after: ownValue(after, key) }, changes);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [index, item] of (before as unknown[]).entries())
      compare({ pointer: `${pointer}/${index}`, before: item, after: (after as unknown[])[index] }, changes);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && JSON.stringify(before) === JSON.stringify(after))
    return;
  changes.push({
    pointer,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

function ownValue(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
