import { projectId } from '../core/ids.js';
import { own } from '../core/own.js';
import type { ProjectDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** A release was made. */
interface Part {
  readonly project: string;
  readonly environment: string;
  readonly release: number;
}

/** `project:<name>`: the newest release of each environment. */
export const project = defineProjection<ProjectDocument, Part>({
  kind: 'project',
  touches: (event) => {
    if (event.type === 'release-committed') return [[projectId(event.project), event]];
    if (event.type !== 'functions-imported' || event.release === undefined) return [];
    return [[projectId(event.project), { ...event, release: event.release }]];
  },
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
