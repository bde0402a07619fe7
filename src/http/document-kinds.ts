import { schemas } from '../generated/schemas.js';
import type { DocumentPage, DocumentReads, ReadOptions } from '../ports/reads.js';

/** Kept for the service itself: answers to commands are read by GET /v1/commands/{id}. */
const INTERNAL = new Set(['answered', 'checkpoint', 'attempt', 'index']);
/** Readable, but only listed where the prefix asks for them. */
const UNLISTED = new Set(['audit']);

/** Kinds of documents that a listing goes through, in the order of their ids. */
const LISTED: readonly string[] = kindsOf()
  .filter((kind) => !INTERNAL.has(kind) && !UNLISTED.has(kind))
  .sort();

function kindsOf(): string[] {
  const known: Record<string, { readonly properties?: { readonly kind?: { readonly const?: string } } }> = schemas;
  return schemas['documents.json'].oneOf.flatMap(({ $ref }) => known[$ref]?.properties?.kind?.const ?? []);
}

const kindOf = (id: string): string => id.split(':', 1)[0] ?? '';

/** True unless the id names something that the service keeps for itself. */
export function isReadable(id: string): boolean {
  return !INTERNAL.has(kindOf(id));
}

/** The prefixes to list, one after the other, for the prefix that was asked for. */
export function scopesOf(prefix: string): string[] {
  if (prefix.includes(':')) return isReadable(prefix) ? [prefix] : [];
  // In the order of the ids: `stage-set:` comes before `staged:`, as the colon comes after the hyphen and before letters.
  return LISTED.map((kind) => `${kind}:`).filter((scope) => scope.startsWith(prefix));
}

/** What to list. */
export interface ListQuery {
  readonly prefix: string;
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * A page over all kinds that the prefix covers, without looking at what is not to be listed: there may be a million
 * answers. A cursor is a scope and that scope's own cursor, `scope cursor`.
 */
export async function listDocuments(
  reads: DocumentReads,
  query: ListQuery,
  options: ReadOptions,
): Promise<DocumentPage> {
  const scopes = scopesOf(query.prefix);
  const [scope = '', inner = ''] = splitCursor(query.cursor);
  const documents: DocumentPage['documents'] = [];
  let position: number | undefined;
  for (const prefix of scopes.slice(Math.max(0, scopes.indexOf(scope)))) {
    const cursor = prefix === scope && inner !== '' ? { cursor: inner } : {};
    const limit = query.limit - documents.length;
    if (limit === 0) return { documents, position: position ?? 0, cursor: `${prefix} ` };
    const page = await reads.page({ prefix, limit, ...cursor }, options);
    // The first page's position: everything that follows is at least as new.
    position ??= page.position;
    documents.push(...page.documents);
    if (page.cursor !== undefined) return { documents, position, cursor: `${prefix} ${page.cursor}` };
  }
  return { documents, position: position ?? (await reads.position()) };
}

function splitCursor(cursor: string | undefined): string[] {
  if (cursor === undefined) return [];
  const at = cursor.indexOf(' ');
  return [cursor.slice(0, at), cursor.slice(at + 1)];
}
