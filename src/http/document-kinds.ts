import { schemas } from '../generated/schemas.js';
import { AppError } from '../errors.js';
import type { DocumentPage, DocumentReads, ReadOptions } from '../ports/reads.js';
import { BAD_REQUEST } from './problem-reply.js';

/** Kept for the service itself: answers to commands are read by GET /v1/commands/{id}. */
const INTERNAL = new Set(['answered', 'checkpoint', 'attempt', 'index']);
/** Readable, but only listed where the prefix asks for them. */
const UNLISTED = new Set(['audit']);

/** What a listing goes through, in the order of the ids. */
const LISTED: readonly string[] = kindsOf()
  .filter((kind) => !INTERNAL.has(kind) && !UNLISTED.has(kind))
  .map((kind) => `${kind}:`)
  .sort();

function kindsOf(): string[] {
  return schemas['documents.json'].oneOf.map(({ $ref }) => schemas[$ref].properties.kind.const);
}

const kindOf = (id: string): string => id.split(':', 1)[0] ?? '';

/** True unless the id names something that the service keeps for itself. */
export function isReadable(id: string): boolean {
  return !INTERNAL.has(kindOf(id));
}

/** The prefixes to list, one after the other, for the prefix that was asked for. */
function scopesOf(prefix: string): string[] {
  if (!prefix.includes(':')) return LISTED.filter((scope) => scope.startsWith(prefix));
  if (isReadable(prefix)) return [prefix];
  throw new AppError('NOT_FOUND', `Documents of the kind "${kindOf(prefix)}" are not read here.`);
}

/** What to list. */
export interface ListQuery {
  readonly prefix: string;
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * A page over all kinds that the prefix covers, without looking at what is not to be listed: there may be a million
 * answers. A cursor names the scope and holds the cursor within it.
 */
export async function listDocuments(
  reads: DocumentReads,
  query: ListQuery,
  options: ReadOptions,
): Promise<DocumentPage> {
  const scopes = scopesOf(query.prefix);
  const from = query.cursor === undefined ? undefined : readCursor(query.cursor, scopes);
  const documents: DocumentPage['documents'] = [];
  let position: number | undefined;
  for (const [index, prefix] of scopes.entries()) {
    if (index < (from?.index ?? 0)) continue;
    const limit = query.limit - documents.length;
    if (limit === 0) return { documents, position: position ?? 0, cursor: cursorAt(prefix, '') };
    const cursor = from?.index === index && from.inner !== '' ? { cursor: from.inner } : {};
    const page = await reads.page({ prefix, limit, ...cursor }, options);
    // The first page's position: everything that follows is at least as new.
    position ??= page.position;
    documents.push(...page.documents);
    if (page.cursor !== undefined) return { documents, position, cursor: cursorAt(prefix, page.cursor) };
  }
  return { documents, position: position ?? (await reads.position()) };
}

const cursorAt = (scope: string, inner: string): string =>
  Buffer.from(JSON.stringify([scope, inner])).toString('base64url');

function readCursor(cursor: string, scopes: readonly string[]): { index: number; inner: string } {
  try {
    const [scope, inner] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown];
    const index = scopes.indexOf(String(scope));
    if (index >= 0 && typeof inner === 'string') return { index, inner };
  } catch {
    // Told below like any other cursor that is none of ours.
  }
  const detail = 'must be the cursor of the page before, with the same prefix';
  throw new AppError(BAD_REQUEST, 'The cursor is not one of this listing.', {
    errors: [{ pointer: '/query/cursor', code: BAD_REQUEST, detail }],
  });
}
