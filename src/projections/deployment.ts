import { deploymentId } from '../core/ids.js';
import { hexDigest } from '../core/package-digest.js';
import type { DeploymentDocument, RecordedResult } from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';

type Part =
  | { readonly kind: 'committed'; readonly document: DeploymentDocument }
  | { readonly kind: 'recorded'; readonly result: RecordedResult }
  | { readonly kind: 'skipped' };

/** `deployment:<project>:<environment>:<number>:<function>`: one function of one release. */
export const deployment = defineProjection<DeploymentDocument, Part>({
  kind: 'deployment',
  touches: (event): Touch<Part>[] => {
    if (event.type === 'deployment-recorded') {
      return event.results.map((result) => [
        deploymentId(event, result.function),
        { kind: 'recorded', result },
      ]);
    }
    if (event.type === 'effects-skipped') {
      return event.functions.map((name) => [deploymentId(event, name), { kind: 'skipped' }]);
    }
    if (event.type !== 'release-committed') return [];
    const { project, environment, release, entries, packages, target } = event;
    return entries.map(([name, contentHash, packageIndex, workload], index) => {
      const digest = packages[packageIndex];
      const document: DeploymentDocument = {
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
      return [deploymentId(event, name), { kind: 'committed', document }];
    });
  },
  apply: (document, part, { time }) => {
    if (part.kind === 'committed') return part.document;
    if (document?.state !== 'committed') return document;
    if (part.kind === 'skipped') return { ...document, state: 'skipped', finishedAt: time };
    const { outcome, packageSha256, answer, differences, stopped, previous, finishedAt } = part.result;
    return {
      ...document,
      state: outcome,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      ...(answer === undefined ? {} : { answer }),
      ...(differences === undefined ? {} : { differences }),
      ...(stopped === undefined ? {} : { stopped }),
      previous,
      finishedAt: finishedAt ?? time,
    };
  },
});
