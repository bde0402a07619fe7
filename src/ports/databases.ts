/** A database of documents, and what it is there for. */
export interface DatabaseStanding {
  readonly name: string;
  /**
   * `current`: the one in use. `former`: one that was in use. `rebuild`: a rebuild folds into it, or goes on with it when
   * one is asked for again. `unfinished`: a fold at the start of a writer that did not get to its end, or goes on.
   */
  readonly state: 'current' | 'former' | 'rebuild' | 'unfinished';
  /** The position that its documents have reached; 0: none. */
  readonly position: number;
  /** The fold that made them. */
  readonly fold?: number;
  /** When its rebuild began, ISO 8601. */
  readonly startedAt?: string;
}

/** The databases of documents of this installation. */
export interface Databases {
  list(): Promise<DatabaseStanding[]>;
  /** Rejects with NOT_FOUND if there is none of that name, DATABASE_IN_USE if it is the current one or being built. */
  drop(name: string): Promise<void>;
}
