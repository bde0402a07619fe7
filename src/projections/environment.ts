import { environmentId } from '../core/ids.js';
import type { EnvironmentDocument, EnvironmentsSet, OpenRelease } from '../core/types.js';
import { defineProjection } from './define-projection.js';

type Part =
  | { readonly kind: 'set'; readonly set: EnvironmentsSet['environments'][number] }
  | { readonly kind: 'removed' }
  /** A release that has been committed, has begun a wave or has got outcomes. */
  | {
      readonly kind: 'release';
      readonly project: string;
      readonly release: number;
      readonly finished: boolean;
    };

/** `environment:<name>`: the target in force, and the releases that wait for outcomes. */
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
      case 'configs-staged':
      case 'configs-unstaged':
      case 'stage-sets-merged':
      case 'effects-published':
      case 'effects-released':
      case 'api-token-created':
      case 'api-token-revoked':
      case 'documents-switched':
      case 'task-requested':
      case 'task-recorded':
      case 'plan-recorded':
      case 'drift-recorded':
      case 'functions-imported':
      case 'command-recorded':
        return [];
    }
  },
  apply: (document, part, { position, time }) => {
    switch (part.kind) {
      case 'removed':
        return undefined;
      case 'set': {
        const { name, order, target } = part.set;
        const since = document?.target.fingerprint === target.fingerprint ? document.since : position;
        return { kind: 'environment', environment: name, order, target, since, open: document?.open ?? [] };
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
