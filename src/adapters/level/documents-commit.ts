import { AppError } from '../../errors.js';
import type { WriteResult } from '../../ports/documents.js';
import type { Operation } from './database.js';
import {
  databaseKey,
  documentKey,
  droppedKey,
  encodeDocument,
  GENERATION_KEY,
  POINTER_KEY,
} from './documents-codec.js';

/** The databases there are, by name, with the number under which their documents lie. */
export interface Registry {
  readonly databases: ReadonlyMap<string, number>;
  readonly current: string | undefined;
  readonly generation: number;
}

/** A document to write, as far as it could be made ready before its turn. */
export type Prepared =
  | { readonly id: string; readonly rev: string | undefined; readonly json: string }
  | { readonly id: string; readonly refusal: string };

/** What may change the documents. */
export type Change =
  | { readonly kind: 'write'; readonly database: string; readonly writes: readonly Prepared[] }
  | { readonly kind: 'create' | 'drop' | 'point'; readonly database: string };

/** What became of a change. */
export type Outcome = WriteResult[] | AppError;

/** Changes, decided one after the other against what the ones before leave. */
export interface Plan {
  readonly operations: Operation[];
  readonly outcomes: Outcome[];
  readonly registry: Registry;
}

/** The error for a database that is not there. */
export function noDatabase(name: string): AppError {
  return new AppError('NOT_FOUND', `There is no database ${name}.`);
}

function conflict(id: string, given: string | undefined, found: string | undefined): WriteResult {
  const detail =
    found === undefined
      ? 'It does not exist, but a version was given.'
      : given === undefined
        ? 'It exists already, and no version was given.'
        : `It is at version ${found}, not ${given}.`;
  return { id, ok: false, reason: 'conflict', detail };
}

/**
 * Decides changes in their order. `revs` holds the present versions by key, of every document that is to be written; it
 * is brought up to date.
 */
export function planChanges(
  changes: readonly Change[],
  registry: Registry,
  revs: Map<string, string | undefined>,
): Plan {
  const operations: Operation[] = [];
  const databases = new Map(registry.databases);
  let { current, generation } = registry;

  const put = (key: string, text: string): void => {
    operations.push({ type: 'put', key, value: Buffer.from(text) });
  };

  const writeOne = (number: number, write: Prepared): WriteResult => {
    const { id } = write;
    if ('refusal' in write) return { id, ok: false, reason: 'refused', detail: write.refusal };
    const key = documentKey(number, id);
    const found = revs.get(key);
    if (write.rev !== found) return conflict(id, write.rev, found);
    const rev = String(Number(found ?? '0') + 1);
    revs.set(key, rev);
    operations.push({ type: 'put', key, value: encodeDocument(rev, id, write.json) });
    return { id, ok: true, rev };
  };

  const decide = (change: Change): Outcome => {
    const name = change.database;
    const number = databases.get(name);
    if (change.kind === 'create') {
      if (number !== undefined) return new AppError('CONFLICT', `There is a database ${name} already.`);
      generation += 1;
      databases.set(name, generation);
      put(GENERATION_KEY, String(generation));
      put(databaseKey(name), String(generation));
      return [];
    }
    if (number === undefined) return noDatabase(name);
    switch (change.kind) {
      case 'write':
        return change.writes.map((write) => writeOne(number, write));
      case 'drop':
        databases.delete(name);
        operations.push({ type: 'del', key: databaseKey(name) });
        put(droppedKey(number), '');
        return [];
      case 'point':
        current = name;
        put(POINTER_KEY, name);
        return [];
    }
  };

  const outcomes = changes.map(decide);
  return { operations, outcomes, registry: { databases, current, generation } };
}
