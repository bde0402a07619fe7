import { accept, defineCommand } from '../core/decision.js';
import { isSuccess, sameDesired } from '../core/function-state.js';
import { deploymentId, functionId, releaseId, stagedId, stageSetId, type ReleaseRef } from '../core/ids.js';
import { own } from '../core/own.js';
import { begunOf, finishedIn } from '../core/release-waves.js';
import type {
  ConfigsUnstaged,
  DeploymentDocument,
  DeploymentRecorded,
  DeploymentResult,
  EnvironmentDocument,
  OutcomeCounts,
  RecordDeploymentParams,
  RecordedResult,
  ReleaseDocument,
} from '../core/types.js';
import { loadEnvironments, seenAs, type Seen } from './shared/read.js';
import { refuse, unknownRelease, type Refusal } from './shared/refusals.js';
import { afterOutcomes } from './shared/after-outcomes.js';
import { releaseReads } from './shared/make-release.js';
import { stepOf } from './shared/next-wave.js';
import { bytesOf, RECORD_ROOM } from './shared/record-room.js';
import { loadUndoing, type Undoing } from './shared/undo-failed.js';

interface State {
  readonly ref: ReleaseRef;
  readonly release: ReleaseDocument | undefined;
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
  /** Read where these outcomes may be the last ones of a release that is to be rolled back on failure. */
  readonly undoing: Undoing | undefined;
}

/**
 * What a deployer reports. A result for a deployment that has an outcome already changes nothing; one for a deployment
 * that was cancelled is the truth and takes its place. The outcome that completes a wave begins the next one, or holds it,
 * or rolls the release back: as the commit said.
 */
export const recordDeployment = defineCommand<RecordDeploymentParams, State>({
  name: 'record-deployment',
  summary: 'Records outcomes of deployments; sent by deployers.',
  schema: 'record-deployment.json',
  kind: 'change',
  role: 'service',
  refusals: ['UNKNOWN_RELEASE', 'UNKNOWN_NAME'],

  async load(load, params, meta) {
    const { project } = meta;
    const ref: ReleaseRef = { project, environment: params.environment, release: params.release };
    const [environments, found] = await Promise.all([loadEnvironments(load), load.get([releaseId(ref)])]);
    const release = seenAs(found, releaseId(ref), 'release');
    const stageSet = release?.stageSet;
    const names = params.results.map((result) => result.function);
    const goesOn = release?.waves !== undefined || release?.onFailure === 'rollback';
    const seen = await load.get([
      ...(goesOn ? releaseReads(meta) : []),
      ...names.flatMap((name) => [deploymentId(ref, name), functionId(name)]),
      ...(stageSet === undefined
        ? []
        : [stageSetId(project, stageSet), ...names.map((name) => stagedId(project, stageSet, name))]),
    ]);
    const here = environments.find(({ environment }) => environment === ref.environment);
    const mayUndo = release !== undefined && mayEnd(release, params);
    return {
      ref,
      release,
      environments,
      seen,
      undoing: mayUndo ? await loadUndoing(load, ref, here) : undefined,
    };
  },

  decide(state, params, meta) {
    const { environment, release: number, results } = params;
    const { project } = meta;
    const { ref, release, seen, undoing } = state;
    if (release === undefined) return unknownRelease(ref);
    const deploymentOf = (name: string): DeploymentDocument | undefined =>
      seenAs(seen, deploymentId(ref, name), 'deployment');
    const unknown = results.flatMap((result, index): Refusal[] => {
      if (deploymentOf(result.function) !== undefined) return [];
      const detail = `is not part of release ${number} of ${environment}`;
      const pointer = `/params/results/${index}/function`;
      return [{ pointer, name: result.function, code: 'UNKNOWN_NAME', detail }];
    });
    const refused = refuse(unknown, ['UNKNOWN_NAME']);
    if (refused !== undefined) return refused;

    const fresh = new Map<string, RecordedResult>();
    const counts = { ...release.counts };
    for (const result of results) {
      const deployment = deploymentOf(result.function);
      if (deployment === undefined || fresh.has(result.function)) continue;
      if (!isNews(result, deployment, release)) continue;
      fresh.set(result.function, recorded(result, deployment, { state, release }));
      counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
      if (deployment.state === 'cancelled') takeOneCancelled(counts);
    }
    const here = state.environments.find((one) => one.environment === environment);
    const step = stepOf(release, counts, { here, time: meta.time });
    const told = { environment, target: release.target.kind, release: number, document: releaseId(ref) };
    const ignored = results.length - fresh.size;
    if (fresh.size === 0) return accept([], { ...told, recorded: 0, ignored, state: release.state });
    const event: DeploymentRecorded = {
      type: 'deployment-recorded',
      project,
      environment,
      release: number,
      committed: release.committedPosition,
      state: step.state,
      counts,
      target: release.target.fingerprint,
      results: [...fresh.values()],
    };
    const left = leaving(event.results, { ...state, release });
    const room = RECORD_ROOM - bytesOf(params, event, left);
    const more = afterOutcomes(step.then, { event, fresh, release, seen, undoing, room, meta });
    const events = [more.event ?? event, ...(left === undefined ? [] : [left]), ...more.events];
    return accept(events, { ...told, recorded: fresh.size, ignored, state: step.state, ...more.told });
  },
});

/** A report of so many results may be the end of a release that asks to be rolled back on failure. */
function mayEnd(release: ReleaseDocument, { results }: RecordDeploymentParams): boolean {
  return release.onFailure === 'rollback' && finishedIn(release.counts) + results.length >= begunOf(release);
}

/** True for a result that changes what is known: nothing is of a wave that has not begun. */
function isNews(
  { outcome }: DeploymentResult,
  { state, index }: DeploymentDocument,
  release: ReleaseDocument,
): boolean {
  if (state === 'committed') return index < begunOf(release);
  // The deployer had begun with it. Where it found itself overtaken it has done nothing.
  return state === 'cancelled' && outcome !== 'superseded';
}

function takeOneCancelled(counts: OutcomeCounts): void {
  const left = (counts.cancelled ?? 0) - 1;
  if (left > 0) counts.cancelled = left;
  else delete counts.cancelled;
}

interface Context {
  readonly state: State;
  readonly release: ReleaseDocument;
}

/** The result with what the documents know: the content, and the success before, so that successes form a chain that a rollback can walk back. */
function recorded(
  result: DeploymentResult,
  { contentHash }: DeploymentDocument,
  { state: { ref, seen }, release }: Context,
): RecordedResult {
  const document = seenAs(seen, functionId(result.function), 'function');
  const ours = document?.project === ref.project && document.since < release.committedPosition;
  const last = ours ? own(document.environments, ref.environment)?.succeeded : undefined;
  const linked = last?.target === release.target.fingerprint && last.release < ref.release;
  return { ...result, contentHash, previous: linked ? last.release : 0 };
}

/** Entries that have arrived in the last environment leave their stage set, unless they were changed meanwhile. */
function leaving(
  results: readonly RecordedResult[],
  { ref, release, environments, seen }: State & { readonly release: ReleaseDocument },
): ConfigsUnstaged | undefined {
  const { stageSet, target } = release;
  const last = environments.at(-1);
  const arrived = last?.environment === ref.environment && last.target.fingerprint === target.fingerprint;
  if (stageSet === undefined || !arrived) return undefined;
  const set = seenAs(seen, stageSetId(ref.project, stageSet), 'stage-set');
  if (set === undefined) return undefined;
  const counts = { ...set.counts };
  const functions = results.flatMap(({ function: name, outcome, contentHash }) => {
    const entry = seenAs(seen, stagedId(ref.project, stageSet, name), 'staged');
    const operation = contentHash === null ? 'delete' : 'apply';
    if (entry === undefined || !isSuccess(outcome) || !sameDesired(entry, { operation, contentHash }))
      return [];
    counts[operation] -= 1;
    return [name];
  });
  if (functions.length === 0) return undefined;
  return {
    type: 'configs-unstaged',
    project: ref.project,
    stageSet,
    reason: 'deployed',
    counts,
    functions,
  };
}
