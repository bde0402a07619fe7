import { isSuccess } from '../core/function-state.js';
import { own, without } from '../core/own.js';
import type {
  ConfigsStaged,
  DeploymentRecorded,
  DeploymentsCancelled,
  EffectsSkipped,
  FunctionDocument,
  FunctionInEnvironment,
  MergedEntry,
  RecordedResult,
  Rejection,
  ReleaseAllowed,
  ReleaseCommitted,
  ReleaseEntry,
  ReleaseRejected,
  StagedEntry,
  StageSetsMerged,
  Success,
} from '../core/types.js';

/** How a stage set's entry is written in the function: the content's hash, or `delete`. */
const mark = (contentHash: string | null): string => contentHash ?? 'delete';

/** What is known to be bad stays so, whoever takes the function and whatever it becomes. */
export function judgementsOf(document: FunctionDocument | undefined): Pick<FunctionDocument, 'rejected'> {
  return document?.rejected === undefined ? {} : { rejected: document.rejected };
}

/** An entry of it was staged. A claimed function starts anew: nothing else of what was before concerns the project. */
export function stagedFunction(
  document: FunctionDocument | undefined,
  { event, entry }: { readonly event: ConfigsStaged; readonly entry: StagedEntry },
  position: number,
): FunctionDocument {
  const staged = { [event.stageSet]: mark(entry.contentHash) };
  if (document === undefined || entry.claimed === true) {
    return {
      kind: 'function',
      function: entry.function,
      project: event.project,
      workload: entry.workload,
      since: position,
      staged,
      environments: {},
      held: {},
      ...judgementsOf(document),
    };
  }
  return { ...document, staged: { ...document.staged, ...staged } };
}

/** Its entries left these sets. A function that no set and no environment knows is gone, unless some content of it is known to be bad. */
export function unstagedFunction(
  document: FunctionDocument,
  sets: readonly string[],
): FunctionDocument | undefined {
  const staged = without(document.staged, sets);
  const isKnown = Object.keys(staged).length > 0 || Object.keys(document.environments).length > 0;
  if (!isKnown && document.rejected === undefined) return undefined;
  return { ...document, staged };
}

/** Its entries of several sets became one. */
export function mergedFunction(
  document: FunctionDocument,
  { event, entry }: { readonly event: StageSetsMerged; readonly entry: MergedEntry },
): FunctionDocument {
  const [, , contentHash, , , from] = entry;
  const left = from.flatMap((index) => event.closed[index] ?? []);
  return {
    ...document,
    staged: { ...without(document.staged, left), [event.into]: mark(contentHash) },
  };
}

/** A release changes it. What a rollback takes out is held from here on. */
export function committedFunction(
  document: FunctionDocument,
  { event, entry }: { readonly event: ReleaseCommitted; readonly entry: ReleaseEntry },
  position: number,
): FunctionDocument {
  const [, contentHash] = entry;
  const before = own(document.environments, event.environment);
  const now: FunctionInEnvironment = {
    release: event.release,
    operation: contentHash === null ? 'delete' : 'apply',
    contentHash,
    state: 'committed',
    target: event.target,
    ...(before?.succeeded === undefined ? {} : { succeeded: before.succeeded }),
  };
  let { held } = document;
  if (event.kind === 'rollback') {
    for (const removed of [before?.contentHash, before?.succeeded?.contentHash]) {
      if (removed === undefined || removed === null || removed === contentHash) continue;
      held = { ...held, [removed]: { ...own(held, removed), [event.environment]: position } };
    }
  }
  return { ...document, environments: { ...document.environments, [event.environment]: now }, held };
}

/** A deployment of it has an outcome. */
export function recordedFunction(
  document: FunctionDocument,
  { event, result }: { readonly event: DeploymentRecorded; readonly result: RecordedResult },
): FunctionDocument {
  const { environment, release, target } = event;
  const before = own(document.environments, environment);
  // The function was given up and taken anew since that release.
  if (before === undefined || event.committed < document.since) return document;
  const now: FunctionInEnvironment = { ...before };
  if (before.release === release) now.state = result.outcome;
  if (isSuccess(result.outcome) && release >= (before.succeeded?.release ?? 0)) {
    const { contentHash, packageSha256 } = result;
    const succeeded: Success = {
      release,
      operation: contentHash === null ? 'delete' : 'apply',
      contentHash,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      target,
    };
    now.succeeded = succeeded;
  }
  return { ...document, environments: { ...document.environments, [environment]: now } };
}

/** Its deployment was skipped or cancelled. As after a failure, the newest success there is what it was. */
export function givenUpFunction(
  document: FunctionDocument,
  { type, environment, release, committed }: EffectsSkipped | DeploymentsCancelled,
): FunctionDocument {
  const before = own(document.environments, environment);
  // A newer release changes it, or it was given up and taken anew since.
  if (before?.release !== release || committed < document.since) return document;
  const state = type === 'effects-skipped' ? 'skipped' : 'cancelled';
  return {
    ...document,
    environments: { ...document.environments, [environment]: { ...before, state } },
  };
}

/** A release with this content of it was rejected, or allowed again. Others that are rejected still count. */
export function judgedFunction(
  document: FunctionDocument,
  { event, contentHash }: { readonly event: ReleaseRejected | ReleaseAllowed; readonly contentHash: string },
  at: Omit<Rejection, 'reason'>,
): FunctionDocument {
  const { rejected: before = {}, ...rest } = document;
  const release = `${event.environment}/${event.release}`;
  const others = without(own(before, contentHash) ?? {}, [release]);
  const releases =
    event.type === 'release-rejected' ? { ...others, [release]: { reason: event.reason, ...at } } : others;
  const rejected =
    Object.keys(releases).length === 0
      ? without(before, [contentHash])
      : { ...before, [contentHash]: releases };
  return Object.keys(rejected).length === 0 ? rest : { ...rest, rejected };
}
