/** A document as kept: a JSON object under an id. `rev` is the store's own version mark, opaque, needed to replace it. */
export interface StoredDocument {
  readonly id: string;
  readonly rev: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A document to write. Without `rev` it must not exist yet. */
export interface DocumentWrite {
  readonly id: string;
  readonly rev?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What became of one write, in the order asked. */
export type WriteResult =
  | { readonly id: string; readonly ok: true; readonly rev: string }
  | {
      readonly id: string;
      readonly ok: false;
      readonly reason: 'conflict' | 'refused';
      readonly detail: string;
    };

export interface RangeOptions {
  /** First id, inclusive. */
  readonly start: string;
  /** Last id, exclusive. */
  readonly end: string;
  readonly limit: number;
  /** From the end backwards. @defaultValue false */
  readonly descending?: boolean;
}

/**
 * One database of documents. Ids are compared by UTF-16 code unit (CouchDB: `_all_docs` raw order; ids of Stageline are
 * ASCII, where every order agrees).
 *
 * Every call rejects with ENGINE_UNAVAILABLE when the store does not answer, and NOT_FOUND when the database is gone.
 */
export interface Documents {
  readonly name: string;
  /** The documents that exist, by id; those that do not are absent from the map. */
  get(ids: readonly string[]): Promise<Map<string, StoredDocument>>;
  range(options: RangeOptions): Promise<StoredDocument[]>;
  /**
   * Each write succeeds or fails alone; nothing is overwritten without its `rev`. When resolved it outlives the process; a
   * loss of power may take the newest writes; where it took one between others the databases are gone when the store is opened.
   */
  write(writes: readonly DocumentWrite[]): Promise<WriteResult[]>;
}

/** The databases of one installation: one pointer names the current one. */
export interface DocumentStore {
  readonly kind: 'embedded' | 'couchdb';
  /** Name of the current database; undefined before the first. */
  current(): Promise<string | undefined>;
  /** Makes `name` the current database. */
  setCurrent(name: string): Promise<void>;
  /** Opens a database; NOT_FOUND if there is none of that name. */
  open(name: string): Promise<Documents>;
  /** Makes an empty database; CONFLICT if there is one. Names: `[a-z][a-z0-9-]*`. */
  create(name: string): Promise<Documents>;
  drop(name: string): Promise<void>;
  list(): Promise<string[]>;
  close(): Promise<void>;
}
