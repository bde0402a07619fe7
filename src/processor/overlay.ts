import { readCheckpoint } from '../core/checkpoint.js';
import type { Load, LoadRange, SeenDocument } from '../core/decision.js';
import { CHECKPOINT_ID, endOf } from '../core/ids.js';
import type { AnyDocument } from '../core/types.js';
import { createRecentCache } from '../core/recent-cache.js';
import { AppError } from '../errors.js';
import type { Documents, DocumentWrite, StoredDocument } from '../ports/documents.js';
import type { Versioned } from '../projections/fold.js';
import { patiently, type Patience } from './patience.js';

/** Documents asked for in one request at most. */
const MAX_FETCHED = 1_000;
/** The range of a whole kind is kept in memory if it has no more ids than this. */
const MAX_KEPT_RANGE = 200;
const KIND = /^[a-z-]+:$/;

/** What the store has of an id. `rev` undefined: nothing. Shared by all layers that change it, so that each write knows the newest rev. */
interface Slot {
  rev: string | undefined;
  stored: Versioned | undefined;
}

interface Change {
  readonly slot: Slot;
  readonly version: Versioned;
}

/** The documents changed by one batch: appended and not yet stored. */
export interface Layer {
  /** The last position folded into it. */
  position: number;
  readonly changes: Map<string, Change>;
}

export interface OverlayOptions extends Patience {
  readonly documents: Documents;
  /** Documents kept in memory besides layers. */
  readonly maxCached: number;
}

/**
 * What decisions see: stored documents with a layer on top for each batch that is not stored yet. Layers are never
 * evicted; other documents are cached within a bound.
 */
export function createOverlay(options: OverlayOptions) {
  const { documents } = options;
  const cache = createRecentCache<Slot>(options.maxCached);
  const layers: Layer[] = [];
  /** The newest change of each document that any layer holds. */
  const newest = new Map<string, Change>();
  /** All ids of kinds that have few documents, so that their range is not read for every decision. */
  const complete = new Map<string, Set<string>>();
  let changed = 0;
  let checkpointSeen = 0;

  const find = (id: string): Change | undefined => {
    const change = newest.get(id);
    if (change !== undefined) return change;
    const slot = cache.get(id);
    if (slot === undefined) return undefined;
    return { slot, version: slot.stored ?? { position: 0, document: undefined } };
  };

  /** A checkpoint of another database, or an older one than was seen, means that the documents were exchanged underneath. */
  const checkCheckpoint = (stored: StoredDocument | undefined, seen: number): void => {
    const checkpoint = readCheckpoint(stored?.body);
    const position = checkpoint?.state.position ?? 0;
    if (position < seen || (checkpoint !== undefined && checkpoint.database !== documents.name)) {
      throw new AppError(
        'CONFLICT',
        `The documents of ${documents.name} went back from position ${seen} to ${position}.`,
      );
    }
  };

  const fetchNow = async (ids: readonly string[]): Promise<void> => {
    for (let start = 0; start < ids.length; start += MAX_FETCHED) {
      const part = ids.slice(start, start + MAX_FETCHED);
      // What was seen before asking: the checkpoint may move on while the answer is under way.
      const seen = checkpointSeen;
      const found = await patiently(options, () => documents.get([...part, CHECKPOINT_ID]));
      checkCheckpoint(found.get(CHECKPOINT_ID), seen);
      for (const id of part) {
        if (find(id) === undefined) cache.set(id, slotOf(found.get(id)));
      }
    }
  };

  let gathering: { readonly ids: Set<string>; readonly done: Promise<void> } | undefined;
  /** Everything asked for in the same turn goes in one request. */
  const fetch = (ids: readonly string[]): Promise<void> => {
    if (gathering === undefined) {
      const asked = new Set<string>();
      const turn = Promise.resolve().then(() => {
        gathering = undefined;
        return fetchNow([...asked]);
      });
      gathering = { ids: asked, done: turn };
    }
    for (const id of ids) gathering.ids.add(id);
    return gathering.done;
  };

  const versions = async (ids: readonly string[]): Promise<Map<string, Change>> => {
    const result = new Map<string, Change>();
    const missing: string[] = [];
    for (const id of ids) {
      const change = find(id);
      if (change === undefined) missing.push(id);
      else result.set(id, change);
    }
    if (missing.length > 0) {
      await fetch(missing);
      for (const id of missing) result.set(id, find(id) as Change);
    }
    return result;
  };

  const load: Load = {
    async get(ids) {
      const seen = new Map<string, SeenDocument>();
      for (const [id, { version }] of await versions(ids)) {
        if (version.document !== undefined)
          seen.set(id, { id, position: version.position, document: version.document });
      }
      return seen;
    },
    range: (prefix, range = {}) => loadRange(prefix, range),
  };

  /** The ids above (or, backwards, below) `from` in the range, layers and store together, in order. */
  const loadRange = async (prefix: string, range: LoadRange): Promise<SeenDocument[]> => {
    const known = complete.get(prefix);
    if (known !== undefined) return rangeOf(known, prefix, range);
    const start = range.after === undefined ? prefix : `${range.after}\u0000`;
    const end = range.before ?? endOf(prefix);
    const descending = range.descending === true;
    const limit = range.limit ?? Number.MAX_SAFE_INTEGER;
    const inLayers = new Set<string>();
    for (const id of newest.keys()) if (id >= start && id < end) inLayers.add(id);
    const kept: SeenDocument[] = [];
    let [low, high] = [start, end];
    for (;;) {
      const page = Math.min(1_000, limit - kept.length + inLayers.size);
      const bounds = { start: low, end: high };
      const stored = await patiently(options, () => documents.range({ ...bounds, limit: page, descending }));
      for (const item of stored) {
        if (inLayers.has(item.id)) continue;
        const slot = slotOf(item);
        if (slot.stored?.document !== undefined)
          kept.push({ id: item.id, position: slot.stored.position, document: slot.stored.document });
      }
      const seen = checkpointSeen;
      checkCheckpoint(
        (await patiently(options, () => documents.get([CHECKPOINT_ID]))).get(CHECKPOINT_ID),
        seen,
      );
      const last = stored.at(-1);
      if (last === undefined || stored.length < page || kept.length >= limit) {
        const whole = low === prefix && high === endOf(prefix) && stored.length < page;
        if (whole && KIND.test(prefix) && stored.length + inLayers.size <= MAX_KEPT_RANGE)
          complete.set(prefix, new Set([...stored.map(({ id }) => id), ...inLayers]));
        break;
      }
      if (descending) high = last.id;
      else low = `${last.id}\u0000`;
    }
    for (const [id, { version }] of await versions([...inLayers])) {
      if (version.document !== undefined)
        kept.push({ id, position: version.position, document: version.document });
    }
    const sign = descending ? -1 : 1;
    kept.sort((a, b) => (a.id < b.id ? -sign : sign));
    return kept.slice(0, limit);
  };

  /** A range out of all the ids that there are under its prefix. */
  const rangeOf = async (
    ids: ReadonlySet<string>,
    prefix: string,
    { after = '', before = endOf(prefix), limit = Number.MAX_SAFE_INTEGER, descending }: LoadRange,
  ): Promise<SeenDocument[]> => {
    const wanted = [...ids].filter((id) => id > after && id < before).sort();
    if (descending === true) wanted.reverse();
    const found = await load.get(wanted);
    return wanted.flatMap((id) => found.get(id) ?? []).slice(0, limit);
  };

  return {
    load,
    /** The documents as the next decision sees them, deleted ones included; absent ones have position 0. */
    async versions(ids: readonly string[]): Promise<Map<string, Versioned>> {
      return new Map([...(await versions(ids))].map(([id, change]) => [id, change.version]));
    },
    /** No document of this id was ever stored, since it is named by a position that is new. */
    expectNone(id: string): void {
      if (find(id) === undefined) cache.set(id, { rev: undefined, stored: undefined });
    },
    /** A new layer on top, for the next batch. */
    begin(): Layer {
      const layer: Layer = { position: 0, changes: new Map() };
      layers.push(layer);
      return layer;
    },
    /** Puts a record's documents on the newest layer. Every id was asked for by `versions` in the same turn of the one writer. */
    add(layer: Layer, position: number, folded: ReadonlyMap<string, Versioned>): void {
      for (const [id, version] of folded) {
        const before = find(id);
        if (before === undefined)
          throw new AppError('INTERNAL', `document ${id} was changed without being read`);
        if (!layer.changes.has(id)) changed += 1;
        const change = { slot: before.slot, version };
        layer.changes.set(id, change);
        newest.set(id, change);
        complete.get(id.slice(0, id.indexOf(':') + 1))?.add(id);
      }
      layer.position = position;
    },
    /** Lets go of the longest unused documents beyond the bound; between two batches, so that none goes while one is decided. */
    trim(): void {
      cache.trim();
    },
    /** The writes that bring the store to the end of the oldest `count` layers, newest version of each document only. */
    writes(count: number): DocumentWrite[] {
      const last = new Map<string, Change>();
      for (const layer of layers.slice(0, count))
        for (const [id, change] of layer.changes) last.set(id, change);
      return [...last].map(([id, { slot, version }]) => ({
        id,
        ...(slot.rev === undefined ? {} : { rev: slot.rev }),
        body: bodyOf(version),
      }));
    },
    /** The oldest `count` layers are stored: they go, their documents stay in the cache with their new revs. */
    stored(count: number, revs: ReadonlyMap<string, string>): void {
      for (const layer of layers.splice(0, count)) {
        changed -= layer.changes.size;
        for (const [id, change] of layer.changes) {
          const { slot, version } = change;
          if (newest.get(id) === change) newest.delete(id);
          slot.stored = version;
          slot.rev = revs.get(id) ?? slot.rev;
          cache.set(id, slot);
        }
      }
    },
    checkpointStored(position: number): void {
      checkpointSeen = position;
    },
    /** Documents changed and not stored yet. */
    pending: () => changed,
  };
}

export type Overlay = ReturnType<typeof createOverlay>;

function slotOf(stored: StoredDocument | undefined): Slot {
  if (stored === undefined) return { rev: undefined, stored: undefined };
  const { position, deleted, ...document } = stored.body;
  return {
    rev: stored.rev,
    stored: {
      position: position as number,
      document: deleted === true ? undefined : (document as unknown as AnyDocument),
    },
  };
}

export function bodyOf({ position, document }: Versioned): Record<string, unknown> {
  // A deleted document stays as a stone: the store's own deletion would let a late write bring it back without a conflict.
  return document === undefined ? { deleted: true, position } : { ...document, position };
}
