import { reaches } from '../core/authorise.js';
import { functionId } from '../core/ids.js';
import { redact } from '../core/redact.js';
import { seenBy } from '../core/seen-by.js';
import type { Actor, ContentDocument } from '../core/types.js';
import type { DocumentReads, PositionedDocument } from '../ports/reads.js';

/** What a caller may see of documents, secrets masked; the others are left out. */
export async function visible(
  reads: Pick<DocumentReads, 'getMany'>,
  caller: Actor,
  documents: readonly PositionedDocument[],
): Promise<PositionedDocument[]> {
  const foreign = await foreignContents(reads, caller, documents);
  return documents.flatMap(({ id, position, document }) => {
    const seen = foreign.has(id) ? undefined : seenBy(caller, document);
    return seen === undefined ? [] : [{ id, position, document: redact(seen) }];
  });
}

/** Contents are known by their hash alone: they belong to whichever project has the function. */
async function foreignContents(
  reads: Pick<DocumentReads, 'getMany'>,
  caller: Actor,
  documents: readonly PositionedDocument[],
): Promise<ReadonlySet<string>> {
  if (caller.projects === undefined) return new Set();
  const owners = new Map<string, string>();
  for (const { id, document } of documents)
    if (document.kind === 'content') owners.set(id, functionId(nameOf(document)));
  const functions = await reads.getMany([...new Set(owners.values())]);
  return new Set(
    [...owners].flatMap(([id, owner]) => {
      const document = functions.get(owner)?.document;
      return document?.kind === 'function' && reaches(caller, document.project) ? [] : [id];
    }),
  );
}

function nameOf({ config }: ContentDocument): string {
  const { tenant, namespace, name } = config as Readonly<Record<string, unknown>>;
  return [tenant, namespace, name].map(String).join('/');
}
