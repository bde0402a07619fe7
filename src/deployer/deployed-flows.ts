import { contentId } from '../core/ids.js';
import { configFor } from '../core/merge-patch.js';
import { own } from '../core/own.js';
import type { DocumentReads } from '../ports/reads.js';
import type { FlowEntry } from './flow-contract.js';

const PAGE = 200;

/** What an environment has of every function, of all projects, as it was last applied to that target. */
export async function deployedFlows(
  reads: DocumentReads,
  { environment, fingerprint }: { readonly environment: string; readonly fingerprint: string },
): Promise<FlowEntry[]> {
  const entries: FlowEntry[] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const page = await reads.page({ prefix: 'function:', limit: PAGE, ...from });
    const applied = page.documents.flatMap(({ document }) => {
      if (document.kind !== 'function') return [];
      const last = own(document.environments, environment)?.succeeded;
      return last?.operation === 'apply' && last.target === fingerprint && last.contentHash !== null
        ? [{ function: document.function, hash: last.contentHash }]
        : [];
    });
    const contents = await reads.getMany([...new Set(applied.map(({ hash }) => contentId(hash)))]);
    for (const { function: name, hash } of applied) {
      const content = contents.get(contentId(hash))?.document;
      if (content?.kind === 'content')
        entries.push({ function: name, config: configFor(content.config, environment) });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return entries;
}
