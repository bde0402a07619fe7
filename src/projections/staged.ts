import { peopleAmong } from '../core/authorise.js';
import { stagedId } from '../core/ids.js';
import type { Bases, StagedDocument, StageSetsMerged } from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';

/**
 * The entry as it stands from now on (without `stagedAt`: staged by this record; without `authors`: who asks, besides those
 * of the entry before); undefined: it left the set.
 */
type Part =
  | (Omit<StagedDocument, 'kind' | 'stagedAt' | 'authors'> &
      Partial<Pick<StagedDocument, 'stagedAt' | 'authors'>>)
  | undefined;

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
        const { project, into, bases, closed, authors } = event;
        return event.entries.flatMap(
          ([name, workload, contentHash, base, stagedAt, from], index): Touch<Part>[] => [
            ...from.map((set): Touch<Part> => [stagedId(project, closed[set] ?? '', name), undefined]),
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
                ...authorsAt(authors, index),
              },
            ],
          ],
        );
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
  apply: (document, part, { position, people }) =>
    part === undefined
      ? undefined
      : {
          kind: 'staged',
          stagedAt: position,
          authors: peopleAmong(document?.authors ?? [], people),
          ...part,
        },
});

function authorsAt(authors: StageSetsMerged['authors'], index: number): Pick<StagedDocument, 'authors'> {
  const list = authors?.lists[authors.of[index] ?? -1];
  return list === undefined ? {} : { authors: list };
}
