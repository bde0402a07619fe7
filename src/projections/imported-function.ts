import type {
  FunctionDocument,
  FunctionInEnvironment,
  FunctionsImported,
  ImportedEntry,
} from '../core/types.js';
import { judgementsOf } from './function-changes.js';

/** It ran already, and belongs to a project now. What runs is what the environment has of it, unchanged. */
export function importedFunction(
  document: FunctionDocument | undefined,
  { event, entry }: { readonly event: FunctionsImported; readonly entry: ImportedEntry },
  position: number,
): FunctionDocument | undefined {
  const { project, environment, release, target } = event;
  if (release === undefined) return document;
  const { contentHash, packageSha256, workload } = entry;
  const now: FunctionInEnvironment = {
    release,
    operation: 'apply',
    contentHash,
    state: 'unchanged',
    target,
    succeeded: {
      release,
      operation: 'apply',
      contentHash,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      target: target.fingerprint,
    },
  };
  if (document === undefined || entry.claimed === true) {
    const { function: name } = entry;
    return {
      kind: 'function',
      function: name,
      project,
      workload,
      since: position,
      staged: {},
      environments: { [environment]: now },
      held: {},
      ...judgementsOf(document),
    };
  }
  return { ...document, environments: { ...document.environments, [environment]: now } };
}
