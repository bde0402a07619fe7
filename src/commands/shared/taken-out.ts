import { own } from '../../core/own.js';
import type { DeploymentDocument, EnvironmentDocument, FunctionDocument } from '../../core/types.js';

/** The environment whose rollback has taken a content out since its release was committed, if there is one. */
export function takenOutOf(
  document: FunctionDocument,
  { contentHash }: Pick<DeploymentDocument, 'contentHash'>,
  {
    committed,
    upToHere,
  }: {
    /** Position of the release's commit. */
    readonly committed: number;
    /** In promotion order, the release's own last. */
    readonly upToHere: readonly EnvironmentDocument[];
  },
): EnvironmentDocument | undefined {
  const held = contentHash === null ? {} : (own(document.held, contentHash) ?? {});
  return upToHere.find(({ environment }) => (own(held, environment) ?? 0) > committed);
}
