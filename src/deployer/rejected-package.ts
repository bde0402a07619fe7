import { artifactId } from '../core/ids.js';
import { rejectedBy } from '../core/rejection.js';
import { AppError } from '../errors.js';
import { documentOf, readPatiently, type LookUpOptions } from './look-up.js';

/**
 * ARTIFACT_REJECTED: somebody has said that the package is bad. Only here its digest is known for sure. What was said until
 * now counts, also after the commit.
 */
export async function refuseRejected(sha256: string, after: number, options: LookUpOptions): Promise<void> {
  const id = artifactId(sha256);
  const artifact = documentOf(await readPatiently([id], after, options), id, 'artifact');
  if (artifact?.rejected === undefined) return;
  throw new AppError(
    'ARTIFACT_REJECTED',
    `The package ${sha256} was ${rejectedBy(artifact.rejected)}; build another, or send allow-artifact and retry.`,
  );
}
