import { deploymentId } from '../core/ids.js';
import { hexDigest } from '../core/package-digest.js';
import { waveAt } from '../core/release-waves.js';
import type { DeploymentDocument, FunctionsImported, RecordedResult } from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';

type Part =
  | { readonly kind: 'committed' | 'imported'; readonly document: DeploymentDocument }
  | { readonly kind: 'recorded'; readonly result: RecordedResult }
  | { readonly kind: 'skipped' | 'cancelled' };

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
    if (event.type === 'deployments-cancelled') {
      return event.functions.map((name) => [deploymentId(event, name), { kind: 'cancelled' }]);
    }
    if (event.type === 'functions-imported') return imported(event);
    if (event.type !== 'release-committed') return [];
    const { project, environment, release, entries, packages, target, waves } = event;
    const recreatable = new Set(event.allowRecreate);
    return entries.map(([name, contentHash, packageIndex, workload], index) => {
      const digest = packages[packageIndex];
      const wave = waveAt(waves, index);
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
        ...(wave === undefined ? {} : { wave }),
        ...(recreatable.has(name) ? { allowRecreate: true } : {}),
      };
      return [deploymentId(event, name), { kind: 'committed', document }];
    });
  },
  apply: (document, part, { time }) => {
    if (part.kind === 'committed') return part.document;
    if (part.kind === 'imported') return { ...part.document, finishedAt: time };
    // A deployer had begun with it when it was cancelled: what became of it is the truth.
    const takes =
      document?.state === 'committed' || (document?.state === 'cancelled' && part.kind === 'recorded');
    if (document === undefined || !takes) return document;
    if (part.kind !== 'recorded') return { ...document, state: part.kind, finishedAt: time };
    const { outcome, packageSha256, answer, previous, finishedAt } = part.result;
    const { differences, stopped, created } = part.result;
    return {
      ...document,
      state: outcome,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      ...(answer === undefined ? {} : { answer }),
      ...(differences === undefined ? {} : { differences }),
      ...(stopped === undefined ? {} : { stopped }),
      ...(created === undefined ? {} : { created }),
      previous,
      finishedAt: finishedAt ?? time,
    };
  },
});

/** What runs already has its outcome with it. */
function imported({ project, environment, release, target, entries }: FunctionsImported): Touch<Part>[] {
  if (release === undefined) return [];
  return entries.map(({ function: name, workload, contentHash, packageSha256 }, index): Touch<Part> => {
    const document: DeploymentDocument = {
      kind: 'deployment',
      project,
      environment,
      release,
      function: name,
      workload,
      index,
      of: entries.length,
      operation: 'apply',
      contentHash,
      target: target.kind,
      state: 'unchanged',
      imported: true,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      previous: 0,
    };
    return [deploymentId({ project, environment, release }, name), { kind: 'imported', document }];
  });
}
