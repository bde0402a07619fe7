import { holds } from './roles.js';
import { reaches } from './authorise.js';
import type { Actor, AnyDocument } from './types.js';

/** What an actor may see of a document; undefined: nothing. Contents have no project: whoever may see their function may. A package is the same in every project. */
export function seenBy(actor: Actor, document: AnyDocument): AnyDocument | undefined {
  switch (document.kind) {
    case 'environment': {
      const open = document.open.filter(({ project }) => reaches(actor, project));
      return open.length === document.open.length ? document : { ...document, open };
    }
    case 'content':
    case 'artifact':
      return document;
    case 'api-token':
      return holds(actor.roles, 'admin') && reaches(actor, undefined) ? document : undefined;
    case 'webhook-subscriptions':
      return holds(actor.roles, 'operator') && reaches(actor, undefined) ? document : undefined;
    case 'answered':
      return document.actor === actor.name ? document : undefined;
    case 'effects':
      return reaches(actor, undefined) ? document : undefined;
    case 'function':
    case 'stage-set':
    case 'staged':
    case 'release':
    case 'deployment':
    case 'proof':
    case 'project':
    case 'task':
    case 'plan':
    case 'planned':
    case 'drift':
    case 'drifted':
    case 'approval':
    case 'audit':
      return reaches(actor, document.project) ? document : undefined;
  }
}
