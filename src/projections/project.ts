import { projectId } from '../core/ids.js';
import { own } from '../core/own.js';
import type { ProjectDocument, ReleaseCommitted } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `project:<name>`: the newest release of each environment. */
export const project = defineProjection<ProjectDocument, ReleaseCommitted>({
  kind: 'project',
  touches: (event) => (event.type === 'release-committed' ? [[projectId(event.project), event]] : []),
  apply: (document, event) => {
    const releases = document?.releases ?? {};
    const release = Math.max(own(releases, event.environment) ?? 0, event.release);
    return {
      kind: 'project',
      project: event.project,
      releases: { ...releases, [event.environment]: release },
    };
  },
});
