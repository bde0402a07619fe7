import { hashOf } from './canonical.js';
import { byCodeUnit } from './own.js';

/** A hash over what a plan or a commit is about: each function with the content it is to have, null for a deletion. */
export function planHash(
  entries: readonly { readonly function: string; readonly contentHash: string | null }[],
): string {
  const pairs = entries.map((entry) => [entry.function, entry.contentHash] as const);
  return hashOf([...pairs].sort(([left], [right]) => byCodeUnit(left, right)));
}
