import type { Load } from '../../core/decision.js';
import { deploymentPrefix } from '../../core/ids.js';
import { begunOf } from '../../core/release-waves.js';
import type { DeploymentDocument, ReleaseDocument } from '../../core/types.js';
import { scan } from './read.js';

/** A release with waves that have not begun. */
export interface LaterWaves {
  readonly release: ReleaseDocument;
  /** What is in these waves. */
  readonly deployments: readonly DeploymentDocument[];
}

/** Of these releases, those that have any. */
export async function loadLaterWaves(
  load: Load,
  releases: readonly ReleaseDocument[],
): Promise<LaterWaves[]> {
  const found: LaterWaves[] = [];
  for (const release of releases) {
    const begun = begunOf(release);
    if (begun >= release.of) continue;
    const deployments: DeploymentDocument[] = [];
    for await (const deployment of scan(load, { prefix: deploymentPrefix(release) }, 'deployment'))
      if (deployment.index >= begun && deployment.state === 'committed') deployments.push(deployment);
    if (deployments.length > 0) found.push({ release, deployments });
  }
  return found;
}
