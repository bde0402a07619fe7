import { hashOf } from '../core/canonical.js';
import type { Documents, DocumentWrite, WriteResult } from '../ports/documents.js';
import { patiently, type Patience } from './patience.js';

/**
 * Writes documents, and waits for a store that does not answer. What was sent may be stored although no answer came: then
 * the same write again is a conflict with itself, which is none if the document is what it was to become.
 */
export async function writePatiently(
  options: Patience,
  documents: Documents,
  writes: readonly DocumentWrite[],
): Promise<WriteResult[]> {
  let attempts = 0;
  const results = await patiently(options, () => {
    attempts += 1;
    return documents.write(writes);
  });
  const conflicts = results.filter((result) => !result.ok && result.reason === 'conflict');
  if (attempts === 1 || conflicts.length === 0) return results;
  const stored = await patiently(options, () => documents.get(conflicts.map(({ id }) => id)));
  const wanted = new Map(writes.map(({ id, body }) => [id, hashOf(body)]));
  return results.map((result) => {
    const found = result.ok ? undefined : stored.get(result.id);
    return found !== undefined && hashOf(found.body) === wanted.get(result.id)
      ? { id: result.id, ok: true, rev: found.rev }
      : result;
  });
}
