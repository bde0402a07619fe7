import { artifactId } from '../core/ids.js';
import type { ArtifactAllowed, ArtifactDocument, ArtifactRejected } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `artifact:<sha256>`: what is known of a package in all projects. */
export const artifact = defineProjection<ArtifactDocument, ArtifactRejected | ArtifactAllowed>({
  kind: 'artifact',
  touches: (event) =>
    event.type === 'artifact-rejected' || event.type === 'artifact-allowed'
      ? [[artifactId(event.sha256), event]]
      : [],
  apply: (_document, event, { time, actor }) => {
    const { sha256 } = event;
    const at = { by: actor, at: time };
    if (event.type === 'artifact-rejected')
      return { kind: 'artifact', sha256, rejected: { reason: event.reason, ...at } };
    const { note } = event;
    return { kind: 'artifact', sha256, allowed: { ...at, ...(note === undefined ? {} : { note }) } };
  },
});
