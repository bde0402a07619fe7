import { plannedId } from '../core/ids.js';
import type { Touch } from '../core/projection.js';
import type { PlannedDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** What the plan says of the function now; `gone`: the newer plan does not have it. */
type Part = PlannedDocument | { readonly gone: number };

/** `planned:<project>:<environment>:<stage set>:<function>`: what the newest plan says of one function. */
export const planned = defineProjection<PlannedDocument, Part>({
  kind: 'planned',
  touches: (event): Touch<Part>[] => {
    if (event.type !== 'plan-recorded') return [];
    const { project, environment, stageSet, task, requested, functions, gone = [] } = event;
    return [
      ...functions.map((plan): Touch<Part> => [
        plannedId(event, plan.function),
        { kind: 'planned', project, environment, stageSet, task, requested, plan },
      ]),
      ...gone.map((name): Touch<Part> => [plannedId(event, name), { gone: requested }]),
    ];
  },
  apply: (document, part) => {
    const requested = 'gone' in part ? part.gone : part.requested;
    // Parts of an older plan may come behind those of a newer one.
    if (document !== undefined && document.requested > requested) return document;
    return 'gone' in part ? undefined : part;
  },
});
