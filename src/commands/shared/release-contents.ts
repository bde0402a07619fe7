import type { Load, Meta } from '../../core/decision.js';
import { deploymentPrefix, releaseId, type ReleaseRef } from '../../core/ids.js';
import type { ReleaseDocument, ReleaseRejected } from '../../core/types.js';
import { scan, seenAs } from './read.js';

/** A release and what it deploys. */
export interface Contents {
  readonly ref: ReleaseRef;
  readonly release: ReleaseDocument | undefined;
  /** Deletions are not in it. */
  readonly entries: ReleaseRejected['entries'];
}

/** Reads it. */
export async function loadContents(
  load: Load,
  { environment, release: number }: { readonly environment: string; readonly release: number },
  { project }: Meta,
): Promise<Contents> {
  const ref: ReleaseRef = { project, environment, release: number };
  const release = seenAs(await load.get([releaseId(ref)]), releaseId(ref), 'release');
  const entries: ReleaseRejected['entries'] = [];
  if (release !== undefined) {
    for await (const one of scan(load, { prefix: deploymentPrefix(ref) }, 'deployment'))
      if (one.contentHash !== null) entries.push([one.function, one.contentHash]);
  }
  return { ref, release, entries };
}
