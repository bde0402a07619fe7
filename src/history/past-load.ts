import type { Load, LoadRange, SeenDocument } from '../core/decision.js';
import { endOf } from '../core/ids.js';
import type { MemoryDocuments } from '../projections/memory-documents.js';

/** Reads folded documents that do not change any more, as a decision reads stored ones. */
export function pastLoad(documents: MemoryDocuments): Load {
  const seen = (id: string): SeenDocument | undefined => {
    const version = documents.get(id);
    return version?.document === undefined
      ? undefined
      : { id, position: version.position, document: version.document };
  };
  let sorted: string[] | undefined;
  const ids = (): readonly string[] =>
    (sorted ??= [...documents.entries()]
      .filter(([, { document }]) => document !== undefined)
      .map(([id]) => id)
      .sort());

  return {
    get: async (wanted) => new Map(wanted.flatMap((id) => seen(id) ?? []).map((found) => [found.id, found])),
    async range(prefix, { after, before = endOf(prefix), limit, descending = false }: LoadRange = {}) {
      const low = firstFrom(ids(), after === undefined ? prefix : `${after}\u0000`);
      const high = Math.max(low, firstFrom(ids(), before));
      const count = Math.min(high - low, limit ?? Infinity);
      const page = descending
        ? ids()
            .slice(high - count, high)
            .reverse()
        : ids().slice(low, low + count);
      return page.flatMap((id) => seen(id) ?? []);
    },
  };
}

/** Index of the first id at or behind `id`. */
export function firstFrom(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as string) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
