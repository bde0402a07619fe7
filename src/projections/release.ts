import { releaseId } from '../core/ids.js';
import type { DeploymentRecorded, EffectsSkipped, ReleaseCommitted, ReleaseDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `release:<project>:<environment>:<number>`: counts and state; its functions are deployments. */
export const release = defineProjection<
  ReleaseDocument,
  ReleaseCommitted | DeploymentRecorded | EffectsSkipped
>({
  kind: 'release',
  touches: (event) =>
    event.type === 'release-committed' ||
    event.type === 'deployment-recorded' ||
    event.type === 'effects-skipped'
      ? [[releaseId(event), event]]
      : [],
  apply: (document, event, { position, time, actor }) => {
    if (event.type === 'deployment-recorded') {
      return document === undefined ? undefined : { ...document, state: event.state, counts: event.counts };
    }
    if (event.type === 'effects-skipped') {
      const { state, counts, reason } = event;
      return document === undefined
        ? undefined
        : { ...document, state, counts, skipped: { reason, by: actor, at: time } };
    }
    const { stageSet, toRelease, note, plan } = event;
    return {
      kind: 'release',
      project: event.project,
      environment: event.environment,
      release: event.release,
      releaseKind: event.kind,
      state: 'committed',
      of: event.entries.length,
      counts: { deployed: 0, unchanged: 0, deleted: 0, failed: 0, superseded: 0 },
      ...(stageSet === undefined ? {} : { stageSet }),
      ...(toRelease === undefined ? {} : { toRelease }),
      ...(note === undefined ? {} : { note }),
      ...(plan === undefined ? {} : { plan }),
      target: event.target,
      committedAt: time,
      committedBy: actor,
      committedPosition: position,
    };
  },
});
