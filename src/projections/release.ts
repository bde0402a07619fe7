import { releaseId } from '../core/ids.js';
import { begunOf, failuresIn, firstWave } from '../core/release-waves.js';
import type { FoldContext, Touch } from '../core/projection.js';
import type {
  DeploymentRecorded,
  DeploymentsCancelled,
  EffectsSkipped,
  FunctionsImported,
  Override,
  ReleaseAllowed,
  ReleaseCommitted,
  ReleaseDocument,
  ReleaseRejected,
  WaveStarted,
} from '../core/types.js';
import { defineProjection } from './define-projection.js';

type Part =
  | ReleaseCommitted
  | FunctionsImported
  | DeploymentRecorded
  | EffectsSkipped
  | DeploymentsCancelled
  | WaveStarted
  | ReleaseRejected
  | ReleaseAllowed
  /** Another release puts its functions back. */
  | { readonly type: 'rolled-back'; readonly by: number };

/** `release:<project>:<environment>:<number>`: counts, waves and state; its functions are deployments. */
export const release = defineProjection<ReleaseDocument, Part>({
  kind: 'release',
  touches: (event): Touch<Part>[] => {
    switch (event.type) {
      case 'release-committed': {
        const { rollbackOf, release: by } = event;
        const own: Touch<Part> = [releaseId(event), event];
        if (rollbackOf === undefined || rollbackOf === by) return [own];
        return [own, [releaseId({ ...event, release: rollbackOf }), { type: 'rolled-back', by }]];
      }
      case 'deployment-recorded':
      case 'effects-skipped':
      case 'deployments-cancelled':
      case 'wave-started':
      case 'release-rejected':
      case 'release-allowed':
        return [[releaseId(event), event]];
      case 'functions-imported': {
        const { release: number } = event;
        return number === undefined ? [] : [[releaseId({ ...event, release: number }), event]];
      }
      case 'configs-staged':
      case 'configs-unstaged':
      case 'stage-sets-merged':
      case 'environments-set':
      case 'effects-published':
      case 'effects-released':
      case 'api-token-created':
      case 'api-token-revoked':
      case 'webhook-subscriptions-set':
      case 'webhook-subscriptions-deleted':
      case 'documents-switched':
      case 'task-requested':
      case 'task-recorded':
      case 'plan-recorded':
      case 'drift-recorded':
      case 'approval-requested':
      case 'approval-given':
      case 'approval-rejected':
      case 'approval-withdrawn':
      case 'environment-frozen':
      case 'environment-unfrozen':
      case 'artifact-rejected':
      case 'artifact-allowed':
      case 'command-recorded':
        return [];
    }
  },
  apply: (document, part, context) => {
    if (part.type === 'release-committed') return committed(part, context);
    if (part.type === 'functions-imported') return imported(part, context);
    return document === undefined ? undefined : changed(document, part, context);
  },
});

function committed(event: ReleaseCommitted, { position, time, actor }: FoldContext): ReleaseDocument {
  const { stageSet, toRelease, note, retryOf, rollbackOf, onFailure, waves } = event;
  const { allowRecreate, acceptDifferences, plan, approval, override } = event;
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
    ...(retryOf === undefined ? {} : { retryOf }),
    ...(rollbackOf === undefined ? {} : { rollbackOf }),
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(allowRecreate === undefined ? {} : { allowRecreate }),
    ...(acceptDifferences === undefined ? {} : { acceptDifferences }),
    ...(note === undefined ? {} : { note }),
    ...(plan === undefined ? {} : { plan }),
    ...(approval === undefined ? {} : { approval }),
    ...overridden(override, time),
    target: event.target,
    committedAt: time,
    committedBy: actor,
    committedPosition: position,
    ...(waves === undefined ? {} : { waves, wave: 0, begun: firstWave(event) }),
  };
}

/** Nothing left for the cluster: what runs is what was found. */
function imported(
  { project, environment, release: number = 0, target, entries }: FunctionsImported,
  { position, time, actor }: FoldContext,
): ReleaseDocument {
  return {
    kind: 'release',
    project,
    environment,
    release: number,
    releaseKind: 'import',
    state: 'succeeded',
    of: entries.length,
    counts: { deployed: 0, unchanged: entries.length, deleted: 0, failed: 0, superseded: 0 },
    target,
    committedAt: time,
    committedBy: actor,
    committedPosition: position,
  };
}

function changed(
  document: ReleaseDocument,
  part: Exclude<Part, ReleaseCommitted | FunctionsImported>,
  { time, actor }: FoldContext,
): ReleaseDocument {
  switch (part.type) {
    case 'deployment-recorded': {
      const { state, counts, notRolledBack } = part;
      return { ...document, state, counts, ...(notRolledBack === undefined ? {} : { notRolledBack }) };
    }
    case 'effects-skipped':
    case 'deployments-cancelled': {
      const { state, counts, reason } = part;
      const key = part.type === 'effects-skipped' ? 'skipped' : 'cancelled';
      return { ...document, state, counts, ...ended(document), [key]: { reason, by: actor, at: time } };
    }
    case 'wave-started': {
      const { wave, from, count, override } = part;
      const failedBefore = failuresIn(document.counts);
      return {
        ...document,
        state: 'deploying',
        wave,
        begun: Math.max(begunOf(document), from + count),
        ...(failedBefore === 0 ? {} : { failedBefore }),
        ...overridden(override, time),
      };
    }
    case 'release-rejected':
      return { ...document, rejected: { reason: part.reason, by: actor, at: time } };
    case 'release-allowed': {
      const { rejected: _rejected, ...allowed } = document;
      return allowed;
    }
    case 'rolled-back':
      return { ...document, rolledBackBy: part.by };
  }
}

/** The newest override counts: it is the one that a freeze of today is compared with. */
function overridden(override: Override | undefined, at: string): Pick<ReleaseDocument, 'override'> {
  return override === undefined ? {} : { override: { ...override, at } };
}

/** With what was given up went the waves that had not begun. */
function ended({ waves, of }: ReleaseDocument): { begun?: number } {
  return waves === undefined ? {} : { begun: of };
}
