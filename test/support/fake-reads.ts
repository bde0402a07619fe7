import { pause } from '../../src/core/pause.js';
import type { AnyDocument } from '../../src/core/types.js';
import { AppError } from '../../src/errors.js';
import type { DocumentReads, PositionedDocument, ReadOptions } from '../../src/ports/reads.js';

/** Documents in memory. */
export interface FakeReads extends DocumentReads {
  put(id: string, document: AnyDocument): void;
  /** The position that the documents have reached. */
  reach(position: number): void;
  /** From now on every read fails with this. */
  fail(error: Error): void;
}

export function createFakeReads(): FakeReads {
  const documents = new Map<string, PositionedDocument>();
  let reached = 0;
  let failure: Error | undefined;

  const settle = async ({ after = 0, waitMs = 10_000 }: ReadOptions = {}): Promise<void> => {
    if (failure !== undefined) throw failure;
    for (let waited = 0; reached < after; waited += 5) {
      if (waited >= waitMs) throw new AppError('NOT_REACHED', `Position ${after} is not reached.`);
      await pause(5);
    }
  };

  const getMany: DocumentReads['getMany'] = async (ids, options) => {
    await settle(options);
    return new Map(
      ids.flatMap((id) => {
        const found = documents.get(id);
        return found === undefined ? [] : [[id, found] as const];
      }),
    );
  };

  return {
    getMany,
    get: async (id, options) => (await getMany([id], options)).get(id),
    async page({ prefix, limit, cursor }, options) {
      await settle(options);
      const all = [...documents.keys()].filter((id) => id.startsWith(prefix) && id > (cursor ?? '')).sort();
      const ids = all.slice(0, limit);
      const last = ids.at(-1);
      return {
        documents: ids.flatMap((id) => documents.get(id) ?? []),
        position: reached,
        ...(all.length > limit && last !== undefined ? { cursor: last } : {}),
      };
    },
    async range(prefix, { after = '', before, limit = Infinity, descending = false } = {}) {
      await settle();
      const ids = [...documents.keys()]
        .filter((id) => id.startsWith(prefix) && id > after && (before === undefined || id < before))
        .sort();
      if (descending) ids.reverse();
      return ids.slice(0, limit).flatMap((id) => documents.get(id) ?? []);
    },
    async position() {
      await settle();
      return reached;
    },
    put(id, document) {
      reached += 1;
      documents.set(id, { id, position: reached, document });
    },
    reach(position) {
      reached = position;
    },
    fail(error) {
      failure = error;
    },
  };
}
