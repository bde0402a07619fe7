import { functionId } from '../core/ids.js';
import type {
  ConfigsStaged,
  DeploymentRecorded,
  DeploymentsCancelled,
  EffectsSkipped,
  FunctionDocument,
  FunctionsImported,
  ImportedEntry,
  MergedEntry,
  RecordedResult,
  ReleaseAllowed,
  ReleaseCommitted,
  ReleaseEntry,
  ReleaseRejected,
  StagedEntry,
  StageSetsMerged,
} from '../core/types.js';
import { defineProjection } from './define-projection.js';
import type { Touch } from '../core/projection.js';
import { importedFunction } from './imported-function.js';
import {
  committedFunction,
  mergedFunction,
  recordedFunction,
  givenUpFunction,
  judgedFunction,
  stagedFunction,
  unstagedFunction,
} from './function-changes.js';

type Part =
  | { readonly kind: 'staged'; readonly event: ConfigsStaged; readonly entry: StagedEntry }
  | { readonly kind: 'unstaged'; readonly project: string; readonly sets: readonly string[] }
  | { readonly kind: 'merged'; readonly event: StageSetsMerged; readonly entry: MergedEntry }
  | { readonly kind: 'committed'; readonly event: ReleaseCommitted; readonly entry: ReleaseEntry }
  | { readonly kind: 'recorded'; readonly event: DeploymentRecorded; readonly result: RecordedResult }
  | { readonly kind: 'imported'; readonly event: FunctionsImported; readonly entry: ImportedEntry }
  | { readonly kind: 'given-up'; readonly event: EffectsSkipped | DeploymentsCancelled }
  | {
      readonly kind: 'judged';
      readonly event: ReleaseRejected | ReleaseAllowed;
      readonly contentHash: string;
    };

/** `function:<tenant>/<namespace>/<name>`: whose it is, where it is staged, what each environment has of it. */
export const functionProjection = defineProjection<FunctionDocument, Part>({
  kind: 'function',
  touches: (event): Touch<Part>[] => {
    switch (event.type) {
      case 'configs-staged':
        return event.entries.map((entry) => [functionId(entry.function), { kind: 'staged', event, entry }]);
      case 'configs-unstaged': {
        const { project, stageSet, functions } = event;
        return functions.map((name) => [functionId(name), { kind: 'unstaged', project, sets: [stageSet] }]);
      }
      case 'stage-sets-merged':
        return event.entries.map((entry) => [functionId(entry[0]), { kind: 'merged', event, entry }]);
      case 'release-committed':
        return event.entries.map((entry) => [functionId(entry[0]), { kind: 'committed', event, entry }]);
      case 'deployment-recorded':
        return event.results.map((result) => [
          functionId(result.function),
          { kind: 'recorded', event, result },
        ]);
      case 'effects-skipped':
      case 'deployments-cancelled':
        return event.functions.map((name) => [functionId(name), { kind: 'given-up', event }]);
      case 'functions-imported':
        return event.entries.map((entry) => [functionId(entry.function), { kind: 'imported', event, entry }]);
      case 'release-rejected':
      case 'release-allowed':
        return event.entries.map(([name, contentHash]) => [
          functionId(name),
          { kind: 'judged', event, contentHash },
        ]);
      case 'environments-set':
      case 'effects-published':
      case 'effects-released':
      case 'wave-started':
      case 'api-token-created':
      case 'api-token-revoked':
      case 'webhook-subscriptions-set':
      case 'webhook-subscriptions-deleted':
      case 'documents-switched':
      case 'task-requested':
      case 'task-recorded':
      case 'plan-recorded':
      case 'drift-recorded':
      case 'approval-requested':
      case 'approval-given':
      case 'approval-rejected':
      case 'approval-withdrawn':
      case 'environment-frozen':
      case 'environment-unfrozen':
      case 'artifact-rejected':
      case 'artifact-allowed':
      case 'command-recorded':
        return [];
    }
  },
  apply: (document, part, { position, time, actor }) => {
    if (part.kind === 'staged') return stagedFunction(document, part, position);
    if (part.kind === 'imported') return importedFunction(document, part, position);
    // What another project did to it before does not concern its project of today.
    if (document === undefined || document.project !== projectOf(part)) return document;
    switch (part.kind) {
      case 'unstaged':
        return unstagedFunction(document, part.sets);
      case 'merged':
        return mergedFunction(document, part);
      case 'committed':
        return committedFunction(document, part, position);
      case 'recorded':
        return recordedFunction(document, part);
      case 'given-up':
        return givenUpFunction(document, part.event);
      case 'judged':
        return judgedFunction(document, part, { by: actor, at: time });
    }
  },
});

function projectOf(part: Exclude<Part, { kind: 'staged' | 'imported' }>): string {
  return part.kind === 'unstaged' ? part.project : part.event.project;
}
