import { driftedId } from '../core/ids.js';
import type { Touch } from '../core/projection.js';
import type { DriftedDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** How the function differs now; `gone`: it does not any more. */
type Part = Omit<DriftedDocument, 'checkedAt'> | { readonly gone: number };

/** `drifted:<project>:<environment>:<function>`: how one function differs from what was deployed last. */
export const drifted = defineProjection<DriftedDocument, Part>({
  kind: 'drifted',
  touches: (event): Touch<Part>[] => {
    if (event.type !== 'drift-recorded') return [];
    const { project, environment, task, requested, functions, gone = [] } = event;
    return [
      ...functions.map((found): Touch<Part> => [
        driftedId(event, found.function),
        { kind: 'drifted', project, environment, task, requested, drift: found },
      ]),
      ...gone.map((name): Touch<Part> => [driftedId(event, name), { gone: requested }]),
    ];
  },
  apply: (document, part, { time }) => {
    const requested = 'gone' in part ? part.gone : part.requested;
    // Parts of an older comparison may come behind those of a newer one.
    if (document !== undefined && document.requested > requested) return document;
    return 'gone' in part ? undefined : { ...part, checkedAt: time };
  },
});
