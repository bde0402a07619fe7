import { environmentId } from '../core/ids.js';
import type { EnvironmentDocument, EnvironmentFrozen, EnvironmentsSet, OpenRelease } from '../core/types.js';
import { defineProjection } from './define-projection.js';

type Part =
  | { readonly kind: 'set'; readonly set: EnvironmentsSet['environments'][number] }
  | { readonly kind: 'removed' }
  | { readonly kind: 'frozen'; readonly event: EnvironmentFrozen }
  | { readonly kind: 'unfrozen' }
  /** A release that has been committed, has begun a wave or has got outcomes. */
  | {
      readonly kind: 'release';
      readonly project: string;
      readonly release: number;
      readonly finished: boolean;
    };

/** `environment:<name>`: the target in force, what a commit there needs, a freeze, and the releases that wait for outcomes. */
export const environment = defineProjection<EnvironmentDocument, Part>({
  kind: 'environment',
  touches: (event) => {
    switch (event.type) {
      case 'environments-set':
        return [
          ...event.removed.map((name) => [environmentId(name), { kind: 'removed' }] as const),
          ...event.environments.map((set) => [environmentId(set.name), { kind: 'set', set }] as const),
        ];
      case 'release-committed':
      case 'wave-started':
      case 'deployment-recorded':
      case 'effects-skipped':
      case 'deployments-cancelled': {
        const { project, release } = event;
        // One that is held waits for a person, not for outcomes.
        const finished = 'state' in event && event.state !== 'committed' && event.state !== 'deploying';
        return [[environmentId(event.environment), { kind: 'release', project, release, finished }] as const];
      }
      case 'environment-frozen':
        return [[environmentId(event.environment), { kind: 'frozen', event }] as const];
      case 'environment-unfrozen':
        return [[environmentId(event.environment), { kind: 'unfrozen' }] as const];
      case 'configs-staged':
      case 'configs-unstaged':
      case 'stage-sets-merged':
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
      case 'functions-imported':
      case 'approval-requested':
      case 'approval-given':
      case 'approval-rejected':
      case 'approval-withdrawn':
      case 'artifact-rejected':
      case 'artifact-allowed':
      case 'release-rejected':
      case 'release-allowed':
      case 'command-recorded':
        return [];
    }
  },
  apply: (document, part, { position, time, actor }) => {
    switch (part.kind) {
      case 'removed':
        return undefined;
      case 'set': {
        const { name, order, target, approvals } = part.set;
        const since = document?.target.fingerprint === target.fingerprint ? document.since : position;
        return {
          kind: 'environment',
          environment: name,
          order,
          target,
          since,
          open: document?.open ?? [],
          ...(approvals === undefined ? {} : { approvals }),
          ...(document?.frozen === undefined ? {} : { frozen: document.frozen }),
        };
      }
      case 'frozen': {
        if (document === undefined) return undefined;
        const { reason, until } = part.event;
        const frozen = { reason, by: actor, since: time, ...(until === undefined ? {} : { until }) };
        return { ...document, frozen };
      }
      case 'unfrozen': {
        if (document?.frozen === undefined) return document;
        const { frozen: _frozen, ...thawed } = document;
        return thawed;
      }
      case 'release':
        return document === undefined
          ? undefined
          : { ...document, open: openWith(document.open, part, time) };
    }
  },
});

/** The open releases after one of them was committed, began a wave or got outcomes at `since`. */
function openWith(
  open: readonly OpenRelease[],
  part: Part & { kind: 'release' },
  since: string,
): OpenRelease[] {
  const { project, release, finished } = part;
  const others = open.filter((other) => other.project !== project || other.release !== release);
  return finished ? others : [...others, { project, release, since }];
}
