import type { Load } from '../../core/decision.js';
import { stagedId, stagedPrefix } from '../../core/ids.js';
import type { StagedDocument } from '../../core/types.js';
import { scan } from './read.js';

/** The entries of a stage set, or those of these names, as far as they are there. */
export async function loadEntries(
  load: Load,
  { project, stageSet }: { readonly project: string; readonly stageSet: string },
  names: readonly string[] | undefined,
): Promise<StagedDocument[]> {
  const entries: StagedDocument[] = [];
  if (names === undefined) {
    for await (const entry of scan(load, { prefix: stagedPrefix(project, stageSet) }, 'staged'))
      entries.push(entry);
    return entries;
  }
  const found = await load.get(names.map((name) => stagedId(project, stageSet, name)));
  for (const { document } of found.values()) if (document.kind === 'staged') entries.push(document);
  return entries;
}
