import { AppError } from '../../errors.js';
import type { StoredDocument, WriteResult } from '../../ports/documents.js';

/** One row of `_all_docs` with its document, as far as it is used. */
export interface Row {
  readonly id?: string;
  readonly doc?: Readonly<Record<string, unknown>> | null;
}

/** What `_bulk_docs` says of one document. */
interface BulkAnswer {
  readonly rev?: string;
  readonly error?: string;
  readonly reason?: string;
}

function unreadable(what: string): AppError {
  return new AppError('ENGINE_UNAVAILABLE', `CouchDB's answer to ${what} cannot be understood.`);
}

/** The rows of an answer of `_all_docs`. */
export function rowsOf(body: unknown): Row[] {
  if (typeof body === 'object' && body !== null && 'rows' in body && Array.isArray(body.rows)) {
    return body.rows as Row[];
  }
  throw unreadable('_all_docs');
}

/** The document of a row; undefined if there is none (any more). */
export function documentOf({ doc }: Row): StoredDocument | undefined {
  if (!doc || doc['_deleted'] === true) return undefined;
  const { _id: id, _rev: rev } = doc;
  if (typeof id !== 'string' || typeof rev !== 'string') throw unreadable('_all_docs');
  const body = Object.fromEntries(Object.entries(doc).filter(([field]) => !field.startsWith('_')));
  return { id, rev, body };
}

function resultOf(id: string, { rev, error, reason }: BulkAnswer): WriteResult {
  if (error === undefined && typeof rev === 'string') return { id, ok: true, rev };
  const detail = reason ?? error ?? 'CouchDB gave no reason.';
  return { id, ok: false, reason: error === 'conflict' ? 'conflict' : 'refused', detail };
}

/** What an answer of `_bulk_docs` says of each of these ids. It has one entry a document, in the order sent. */
export function resultsOf(ids: readonly string[], body: unknown): WriteResult[] {
  if (!Array.isArray(body) || body.length !== ids.length) throw unreadable('_bulk_docs');
  const answers = body as BulkAnswer[];
  return ids.map((id, index) => resultOf(id, answers[index] ?? {}));
}
