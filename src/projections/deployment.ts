import { deploymentId } from '../core/ids.js';
import { hexDigest } from '../core/package-digest.js';
import type { DeploymentDocument, RecordedResult } from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';

type Part =
  | { readonly committed: DeploymentDocument; readonly result?: never }
  | { readonly committed?: never; readonly result: RecordedResult };

/** `deployment:<project>:<environment>:<number>:<function>`: one function of one release. */
export const deployment = defineProjection<DeploymentDocument, Part>({
  kind: 'deployment',
  touches: (event): Touch<Part>[] => {
    if (event.type === 'deployment-recorded') {
      return event.results.map((result) => [deploymentId(event, result.function), { result }]);
    }
    if (event.type !== 'release-committed') return [];
    const { project, environment, release, entries, packages, target } = event;
    return entries.map(([name, contentHash, packageIndex, workload], index) => {
      const digest = packages[packageIndex];
      const committed: DeploymentDocument = {
        kind: 'deployment',
        project,
        environment,
        release,
        function: name,
        workload,
        index,
        of: entries.length,
        operation: contentHash === null ? 'delete' : 'apply',
        contentHash,
        target: target.kind,
        ...(digest === undefined ? {} : { requiredPackage: hexDigest(digest) }),
        state: 'committed',
      };
      return [deploymentId(event, name), { committed }];
    });
  },
  apply: (document, { committed, result }, { time }) => {
    if (result === undefined) return committed;
    if (document?.state !== 'committed') return document;
    const { outcome, packageSha256, answer, previous, finishedAt } = result;
    return {
      ...document,
      state: outcome,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      ...(answer === undefined ? {} : { answer }),
      previous,
      finishedAt: finishedAt ?? time,
    };
  },
});
