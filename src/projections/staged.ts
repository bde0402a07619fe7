import { stagedId } from '../core/ids.js';
import type { Bases, StagedDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';

/** The entry as it stands from now on (without `stagedAt`: staged by this record); undefined: it left the set. */
type Part = (Omit<StagedDocument, 'kind' | 'stagedAt'> & { readonly stagedAt?: number }) | undefined;

const NO_BASES: Bases = {};

/** `staged:<project>:<set>:<function>`: one entry of a stage set. */
export const staged = defineProjection<StagedDocument, Part>({
  kind: 'staged',
  touches: (event): Touch<Part>[] => {
    switch (event.type) {
      case 'configs-staged': {
        const { project, stageSet } = event;
        return event.entries.map(({ function: name, workload, operation, contentHash, base }) => [
          stagedId(project, stageSet, name),
          { project, stageSet, function: name, workload, operation, contentHash, base },
        ]);
      }
      case 'configs-unstaged':
        return event.functions.map((name) => [stagedId(event.project, event.stageSet, name), undefined]);
      case 'stage-sets-merged': {
        const { project, into, bases, closed } = event;
        return event.entries.flatMap(([name, workload, contentHash, base, stagedAt, from]): Touch<Part>[] => [
          ...from.map((index): Touch<Part> => [stagedId(project, closed[index] ?? '', name), undefined]),
          [
            stagedId(project, into, name),
            {
              project,
              stageSet: into,
              function: name,
              workload,
              operation: contentHash === null ? 'delete' : 'apply',
              contentHash,
              base: bases[base] ?? NO_BASES,
              stagedAt,
            },
          ],
        ]);
      }
      case 'release-committed':
      case 'deployment-recorded':
      case 'environments-set':
      case 'effects-published':
      case 'effects-released':
      case 'api-token-created':
      case 'api-token-revoked':
      case 'documents-switched':
      case 'effects-skipped':
      case 'task-requested':
      case 'task-recorded':
      case 'plan-recorded':
      case 'drift-recorded':
      case 'functions-imported':
      case 'wave-started':
      case 'deployments-cancelled':
      case 'command-recorded':
        return [];
    }
  },
  apply: (_document, part, { position }) =>
    part === undefined ? undefined : { kind: 'staged', stagedAt: position, ...part },
});
