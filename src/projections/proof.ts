import { PACKAGE_POINTER } from '../core/config-fields.js';
import { isSuccess } from '../core/function-state.js';
import { proofId } from '../core/ids.js';
import { own } from '../core/own.js';
import type { DeploymentRecorded, Proof, ProofDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';

type Part = Pick<ProofDocument, 'project' | 'function' | 'contentHash'> & {
  readonly environment: string;
  readonly proof: Omit<Proof, 'position'>;
};

/** `proof:<project>:<function>:<content hash>`: where a content was deployed with success. */
export const proof = defineProjection<ProofDocument, Part>({
  kind: 'proof',
  touches: (event) => (event.type === 'deployment-recorded' ? [...proofsOf(event)] : []),
  apply: (document, { project, function: name, contentHash, environment, proof: made }, { position }) => {
    const proven = document?.proven ?? {};
    // A late success of an older release says no more than the newer one that is known.
    if ((own(proven, environment)?.committed ?? 0) > made.committed) return document;
    return {
      kind: 'proof',
      project,
      function: name,
      contentHash,
      proven: { ...proven, [environment]: { position, ...made } },
    };
  },
});

function* proofsOf(event: DeploymentRecorded): Generator<Touch<Part>> {
  const { project, environment, release, committed, target } = event;
  for (const result of event.results) {
    const { function: name, outcome, contentHash, packageSha256, stopped, differences } = result;
    // What is stopped was not seen running.
    if (contentHash === null || !isSuccess(outcome) || stopped === true) continue;
    // Nor was this content, where the cluster runs another package: nobody could accept that by a name.
    if (differences?.some(({ field }) => field === PACKAGE_POINTER) === true) continue;
    const made = {
      release,
      committed,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      target,
      ...(outcome === 'deployed-with-differences' ? { differs: true } : {}),
    };
    yield [
      proofId(project, name, contentHash),
      { project, function: name, contentHash, environment, proof: made },
    ];
  }
}
