import { accept, defineCommand } from '../core/decision.js';
import { artifactId } from '../core/ids.js';
import { anyDigest } from '../core/package-digest.js';
import type { ArtifactRejected, RejectArtifactParams } from '../core/types.js';

/** A package is known to be bad. A digest is the same whatever the project, and may be rejected before anybody uses it. */
export const rejectArtifact = defineCommand<RejectArtifactParams, undefined>({
  name: 'reject-artifact',
  summary: 'Says that a package is bad: no project commits it, returns to it, or deploys it.',
  schema: 'reject-artifact.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: [],

  load: async () => undefined,

  decide(_state, { sha256: given, reason }, { project }) {
    const sha256 = anyDigest(given);
    const event: ArtifactRejected = { type: 'artifact-rejected', project, sha256, reason };
    return accept([event], { sha256, document: artifactId(sha256) });
  },
});
