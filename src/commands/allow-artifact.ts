import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { artifactId } from '../core/ids.js';
import { anyDigest } from '../core/package-digest.js';
import type { AllowArtifactParams, ArtifactAllowed, ArtifactDocument } from '../core/types.js';
import { seenAs } from './shared/read.js';

interface State {
  readonly artifact: ArtifactDocument | undefined;
}

/** Takes a rejection back. */
export const allowArtifact = defineCommand<AllowArtifactParams, State>({
  name: 'allow-artifact',
  summary: 'Lets a rejected package be deployed again.',
  schema: 'allow-artifact.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: ['NOT_REJECTED'],

  async load(load, { sha256 }) {
    const id = artifactId(anyDigest(sha256));
    return { artifact: seenAs(await load.get([id]), id, 'artifact') };
  },

  decide({ artifact }, { sha256: given, note }, { project }) {
    const sha256 = anyDigest(given);
    if (artifact?.rejected === undefined) {
      const detail = `The package ${sha256} is not rejected${allowedBefore(artifact)}.`;
      return rejectAt('/params/sha256', 'NOT_REJECTED', detail);
    }
    const why = note === undefined ? {} : { note };
    const event: ArtifactAllowed = { type: 'artifact-allowed', project, sha256, ...why };
    return accept([event], { sha256, document: artifactId(sha256) });
  },
});

function allowedBefore(artifact: ArtifactDocument | undefined): string {
  return artifact?.allowed === undefined
    ? ''
    : `: ${artifact.allowed.by} allowed it again at ${artifact.allowed.at}`;
}
