import { readCheckpoint } from '../core/checkpoint.js';
import { CHECKPOINT_ID, endOf } from '../core/ids.js';
import { pause } from '../core/pause.js';
import type { AnyDocument } from '../core/types.js';
import { AppError, hasCode } from '../errors.js';
import type { Documents, DocumentStore, StoredDocument } from '../ports/documents.js';
import type { DocumentPage, DocumentReads, PositionedDocument, ReadOptions } from '../ports/reads.js';

/** The pointer to the current database is looked at again after this long. */
const POINTER_MS = 1_000;
/** Documents of a range asked for at a time. */
const RANGE_STEP = 1_000;

/** Takes a stored document apart; undefined if it is deleted. */
export function positioned(stored: StoredDocument): PositionedDocument | undefined {
  const { position, deleted, ...document } = stored.body;
  if (deleted === true || typeof position !== 'number') return undefined;
  return { id: stored.id, position, document: document as unknown as AnyDocument };
}

/**
 * Reads of the current database. The checkpoint comes with every answer, so a caller who asks for a position reads its
 * own writes on any instance; waiting looks again in steps from 10 to 250 ms.
 */
export function createDocumentReads(store: DocumentStore): DocumentReads {
  let opened: Documents | undefined;
  let lookedAt = 0;

  const database = async (): Promise<Documents | undefined> => {
    // The pointer moves when documents are folded anew; the database before stays, so its absence tells nothing.
    if (opened !== undefined && Date.now() - lookedAt < POINTER_MS) return opened;
    const name = await store.current();
    lookedAt = Date.now();
    if (name === undefined) opened = undefined;
    else if (opened?.name !== name) opened = await store.open(name);
    return opened;
  };

  /** Runs `read` until the documents are at `after`. */
  const settled = async <T>(
    options: ReadOptions,
    empty: T,
    read: (documents: Documents) => Promise<{ position: number; value: T }>,
  ): Promise<T> => {
    const end = Date.now() + (options.waitMs ?? 10_000);
    for (let wait = 10; ; wait = Math.min(250, wait * 2)) {
      const documents = await database().catch((error: unknown) => {
        if (hasCode(error, 'NOT_FOUND')) return undefined;
        throw error;
      });
      try {
        if (documents === undefined) {
          if ((options.after ?? 0) === 0) return empty;
        } else {
          const { position, value } = await read(documents);
          if (position >= (options.after ?? 0)) return value;
        }
      } catch (error) {
        // The database was replaced by a newer fold: look for the current one.
        if (!hasCode(error, 'NOT_FOUND')) throw error;
        opened = undefined;
      }
      if (Date.now() >= end) {
        throw new AppError(
          'NOT_REACHED',
          `The documents have not reached position ${options.after ?? 0} in time; ask again.`,
        );
      }
      await pause(wait);
    }
  };

  const getMany = (
    ids: readonly string[],
    options: ReadOptions = {},
  ): Promise<Map<string, PositionedDocument>> =>
    settled(options, new Map<string, PositionedDocument>(), async (documents) => {
      const found = await documents.get([...ids, CHECKPOINT_ID]);
      const value = new Map<string, PositionedDocument>();
      for (const id of ids) {
        const stored = found.get(id);
        const document = stored === undefined ? undefined : positioned(stored);
        if (document !== undefined) value.set(id, document);
      }
      return { position: positionOf(found.get(CHECKPOINT_ID)), value };
    });

  const page: DocumentReads['page'] = (query, options = {}) =>
    settled<DocumentPage>(options, { documents: [], position: 0 }, async (documents) => {
      // The checkpoint is read first: the page is at least as new as the position it names.
      const position = positionOf((await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID));
      const value: PositionedDocument[] = [];
      let start = query.cursor === undefined ? query.prefix : `${query.cursor}\u0000`;
      while (value.length < query.limit) {
        const wanted = query.limit - value.length;
        const batch = await documents.range({ start, end: endOf(query.prefix), limit: wanted });
        for (const stored of batch) {
          const document = positioned(stored);
          if (document !== undefined) value.push(document);
        }
        const last = batch.at(-1);
        if (batch.length < wanted || last === undefined)
          return { position, value: { documents: value, position } };
        start = `${last.id}\u0000`;
      }
      const last = value.at(-1);
      return {
        position,
        value: { documents: value, position, ...(last === undefined ? {} : { cursor: last.id }) },
      };
    });

  const range: DocumentReads['range'] = (
    prefix,
    { after, before, limit = Infinity, descending = false } = {},
  ) =>
    settled<PositionedDocument[]>({}, [], async (documents) => {
      const value: PositionedDocument[] = [];
      let [start, end] = [after === undefined ? prefix : `${after}\u0000`, before ?? endOf(prefix)];
      while (value.length < limit) {
        const wanted = Math.min(RANGE_STEP, limit - value.length);
        const batch = await documents.range({ start, end, limit: wanted, descending });
        for (const stored of batch) {
          const document = positioned(stored);
          if (document !== undefined) value.push(document);
        }
        const last = batch.at(-1);
        if (batch.length < wanted || last === undefined) break;
        if (descending) end = last.id;
        else start = `${last.id}\u0000`;
      }
      return { position: 0, value };
    });

  return {
    getMany,
    page,
    range,
    async get(id, options = {}) {
      return (await getMany([id], options)).get(id);
    },
    async position() {
      return settled({}, 0, async (documents) => {
        const position = positionOf((await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID));
        return { position, value: position };
      });
    },
  };
}

function positionOf(checkpoint: StoredDocument | undefined): number {
  return readCheckpoint(checkpoint?.body)?.state.position ?? 0;
}
