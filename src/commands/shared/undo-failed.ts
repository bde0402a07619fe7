import type { Load, Meta } from '../../core/decision.js';
import { freezeOf, freezeText, isStopped } from '../../core/freeze.js';
import { inEnvironment, isFailure, isSuccess } from '../../core/function-state.js';
import { deploymentPrefix, type ReleaseRef } from '../../core/ids.js';
import { begunOf } from '../../core/release-waves.js';
import type { TopicFlow } from '../../core/topic-flow.js';
import type {
  DeploymentDocument,
  EnvironmentDocument,
  FunctionDocument,
  RecordedResult,
  ReleaseCommitted,
  ReleaseDocument,
  Success,
} from '../../core/types.js';
import { makeRelease, type PlannedDeployment } from './make-release.js';
import { scan, type Seen } from './read.js';
import { readFlows } from './read-flows.js';
import { loadArtifacts, rejections } from './rejections.js';
import { policyOf } from './release-policy.js';
import { changesIn, planRollback, type LeftFunction } from './rollback-plan.js';
import { functionsOf, lastSuccesses } from './rollback-reads.js';

/** What it takes to put back what a release has changed. */
export interface Undoing {
  /** Undefined where there is no such environment any more. */
  readonly here: EnvironmentDocument | undefined;
  /** All of the release, as they were before the outcomes that are told now. */
  readonly deployments: readonly DeploymentDocument[];
  readonly functions: ReadonlyMap<string, FunctionDocument>;
  /** By name: the last success before the release. */
  readonly targets: ReadonlyMap<string, Success>;
  readonly flows: ReadonlyMap<string, TopicFlow>;
  /** What is known of the packages that would come back. */
  readonly artifacts: Seen;
}

/** Reads it. */
export async function loadUndoing(
  load: Load,
  { project, environment, release }: ReleaseRef,
  here: EnvironmentDocument | undefined,
): Promise<Undoing> {
  const deployments: DeploymentDocument[] = [];
  const prefix = deploymentPrefix({ project, environment, release });
  for await (const deployment of scan(load, { prefix }, 'deployment')) deployments.push(deployment);
  if (here === undefined)
    return {
      here,
      deployments,
      functions: new Map(),
      targets: new Map(),
      flows: new Map(),
      artifacts: new Map(),
    };
  const names = deployments.map((deployment) => deployment.function);
  const functions = await functionsOf(load, names);
  const to = { project, environment, release: release - 1 };
  const targets = await lastSuccesses(load, functions.values(), { to, here, standing: true });
  const planned = names.map((name) => ({ name, contentHash: targets.get(name)?.contentHash ?? null }));
  const flows = await readFlows(load, planned, { environment, functionOf: (name) => functions.get(name) });
  const digests = [...targets.values()].map(({ packageSha256 }) => packageSha256);
  const artifacts = await loadArtifacts(load, digests);
  return { here, deployments, functions, targets, flows, artifacts };
}

export interface Failed {
  readonly release: ReleaseDocument;
  /** Outcomes that are told now. */
  readonly results: ReadonlyMap<string, RecordedResult>;
  readonly seen: Seen;
  readonly meta: Meta;
}

export type Undone =
  | {
      readonly event: ReleaseCommitted;
      /** What the caller is told. */
      readonly told: Record<string, unknown>;
    }
  | { readonly why: string };

/** Functions that a note names at most. */
const MAX_NAMED = 3;

/**
 * The release that puts back what a failed one has changed: each function as its last success before left it. One that
 * was not there before is deleted where its deployer says that this release created it: else it may have run there before
 * anything was known of it. What a newer release has changed since is left to that.
 */
export function undo(undoing: Undoing, { release, results, seen, meta }: Failed): Undone {
  const { here, deployments, targets, flows } = undoing;
  const { project, environment, release: number, target } = release;
  if (here === undefined) return { why: `${environment} is no environment any more` };
  if (here.target.fingerprint !== target.fingerprint)
    return { why: `${environment} has another target today` };
  const freeze = freezeOf(here, meta.time);
  if (freeze !== undefined && isStopped(release, here, meta.time))
    return { why: `${environment} is ${freezeText(freeze)}; roll back by hand when that has ended` };
  const begun = deployments.filter(({ index }) => index < begunOf(release));
  const ended = begun.map((one) => endOf(one, results.get(one.function)));
  const functions = new Map<string, FunctionDocument>();
  const left: LeftFunction[] = [];
  for (const { function: name, state } of ended) {
    const document = undoing.functions.get(name);
    if (document === undefined || !(isSuccess(state) || isFailure(state))) continue;
    const now = inEnvironment(document, here);
    if (document.project === project && now !== undefined && now.release !== number)
      left.push({ name, reason: `release ${now.release} has changed it since` });
    else functions.set(name, withResult(document, results.get(name), release));
  }
  const created = new Set(ended.filter((one) => one.created === true).map((one) => one.function));
  const plan = planRollback({
    project,
    here,
    names: [...functions.keys()],
    functions,
    targets,
    prunes: (name) => created.has(name) || targets.get(name)?.operation === 'delete',
    unpruned: `has no success before release ${number}, and is not known to have been created by it`,
  });
  left.push(...plan.left);
  const good: PlannedDeployment[] = [];
  for (const one of plan.deployments) {
    const facts = { document: functions.get(one.name), artifacts: undoing.artifacts };
    const [bad] = rejections({ ...one, packageSha256: one.requiredPackage }, facts);
    if (bad === undefined) good.push(one);
    else left.push({ name: one.name, reason: bad.detail });
  }
  if (good.length === 0) return { why: whyNothing(left) };
  const allowed = new Set(begun.filter((one) => one.allowRecreate === true).map((one) => one.function));
  const allowRecreate = good.flatMap(({ name }) => (allowed.has(name) ? [name] : []));
  const rest = {
    kind: 'rollback',
    toRelease: number - 1,
    rollbackOf: number,
    ...policyOf({ allowRecreate }),
    note: `Release ${number} asked to be rolled back on failure; failed: ${named(ended)}.`,
  } as const;
  const { event, result } = makeRelease({ environment: here, deployments: good, flows, rest }, seen, meta);
  const told = { release: result['release'], ...changesIn(good), left: left.slice(0, MAX_LEFT) };
  return { event, told };
}

const MAX_LEFT = 100;

/** How a deployment ended, by what is told now or was told before. */
function endOf(
  deployment: DeploymentDocument,
  result: RecordedResult | undefined,
): Pick<DeploymentDocument, 'function' | 'state' | 'created'> {
  const state = result?.outcome ?? deployment.state;
  const created = result?.created ?? deployment.created;
  return { function: deployment.function, state, ...(created === undefined ? {} : { created }) };
}

/** The function as it is with the outcome that is told now. */
function withResult(
  document: FunctionDocument,
  result: RecordedResult | undefined,
  { environment, release, target }: ReleaseDocument,
): FunctionDocument {
  const before = document.environments[environment];
  if (before === undefined || result === undefined) return document;
  const { outcome, contentHash, packageSha256 } = result;
  const now = { ...before, state: outcome };
  if (isSuccess(outcome))
    now.succeeded = {
      release,
      operation: contentHash === null ? 'delete' : 'apply',
      contentHash,
      ...(packageSha256 === undefined ? {} : { packageSha256 }),
      target: target.fingerprint,
    };
  return { ...document, environments: { ...document.environments, [environment]: now } };
}

function whyNothing(left: readonly LeftFunction[]): string {
  if (left.length === 0) return 'everything is as it was before the release';
  const told = left.slice(0, MAX_NAMED).map(({ name, reason }) => `${name} ${reason}`);
  const more = left.length > MAX_NAMED ? `; and ${left.length - MAX_NAMED} more` : '';
  return `there is nothing to go back to: ${told.join('; ')}${more}`;
}

function named(ended: readonly Pick<DeploymentDocument, 'function' | 'state'>[]): string {
  const failed = ended.filter(({ state }) => isFailure(state)).map((one) => one.function);
  const more = failed.length > MAX_NAMED ? ` and ${failed.length - MAX_NAMED} more` : '';
  return `${failed.slice(0, MAX_NAMED).join(', ')}${more}`;
}
