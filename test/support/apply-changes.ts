import type { ValueChange } from '../../src/core/history.js';

/** What a value becomes by changes as `diffValues` tells them. */
export function applyChanges(value: unknown, changes: readonly ValueChange[]): unknown {
  return changes.reduce(applyOne, structuredClone(value));
}

function applyOne(value: unknown, change: ValueChange): unknown {
  const path = change.pointer.split('/').slice(1).map(unescaped);
  const last = path.pop();
  if (last === undefined) return change.after;
  let at = value as Record<string, unknown>;
  for (const key of path) at = at[key] as Record<string, unknown>;
  if (change.after === undefined) Reflect.deleteProperty(at, last);
  else
    Object.defineProperty(at, last, {
      value: change.after,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return value;
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
