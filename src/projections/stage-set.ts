import { stageSetId } from '../core/ids.js';
import type { SetCounts, StageSetDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';

type Part = Omit<StageSetDocument, 'kind'>;

const EMPTY: SetCounts = { apply: 0, delete: 0 };

/** `stage-set:<project>:<name>`: counts and state. */
export const stageSet = defineProjection<StageSetDocument, Part>({
  kind: 'stage-set',
  touches: (event): Touch<Part>[] => {
    switch (event.type) {
      case 'configs-staged':
      case 'configs-unstaged': {
        const { project, stageSet: set, counts } = event;
        const note = event.type === 'configs-staged' && event.note !== undefined ? { note: event.note } : {};
        return [[stageSetId(project, set), { project, stageSet: set, state: 'open', counts, ...note }]];
      }
      case 'stage-sets-merged': {
        const { project, into, counts, closed } = event;
        return [
          ...closed.map((set): Touch<Part> => [
            stageSetId(project, set),
            { project, stageSet: set, state: 'closed', mergedInto: into, counts: EMPTY },
          ]),
          [stageSetId(project, into), { project, stageSet: into, state: 'open', counts }],
        ];
      }
      case 'release-committed':
      case 'deployment-recorded':
      case 'environments-set':
      case 'effects-published':
      case 'effects-released':
      case 'api-token-created':
      case 'api-token-revoked':
      case 'webhook-subscriptions-set':
      case 'webhook-subscriptions-deleted':
      case 'documents-switched':
      case 'effects-skipped':
      case 'task-requested':
      case 'task-recorded':
      case 'plan-recorded':
      case 'drift-recorded':
      case 'functions-imported':
      case 'wave-started':
      case 'deployments-cancelled':
      case 'approval-requested':
      case 'approval-given':
      case 'approval-rejected':
      case 'approval-withdrawn':
      case 'environment-frozen':
      case 'environment-unfrozen':
      case 'artifact-rejected':
      case 'artifact-allowed':
      case 'release-rejected':
      case 'release-allowed':
      case 'command-recorded':
        return [];
    }
  },
  apply: (document, part) => ({
    kind: 'stage-set',
    ...(document?.note === undefined ? {} : { note: document.note }),
    ...part,
  }),
});
