import { accept, defineCommand, reject, type Decision } from '../core/decision.js';
import { inEnvironment, isFailure, isGivenUp } from '../core/function-state.js';
import { deploymentPrefix, releaseId, type ReleaseRef } from '../core/ids.js';
import type { TopicFlow } from '../core/topic-flow.js';
import type {
  DeploymentDocument,
  DeploymentState,
  EnvironmentDocument,
  FunctionDocument,
  ReleaseDocument,
  RetryDeploymentParams,
} from '../core/types.js';
import { frozenGate, GATE_REFUSALS, passing } from './shared/gates.js';
import { makeRelease, releaseReads } from './shared/make-release.js';
import { loadEnvironments, scan, seenAs, type Seen } from './shared/read.js';
import { readFlows } from './shared/read-flows.js';
import {
  capped,
  notAmong,
  refuse,
  unknownEnvironment,
  unknownRelease,
  type Refusal,
} from './shared/refusals.js';
import { policyOf } from './shared/release-policy.js';
import { loadArtifacts, rejections, releaseRejected } from './shared/rejections.js';
import type { LeftFunction } from './shared/rollback-plan.js';
import { functionsOf } from './shared/rollback-reads.js';
import { takenOutOf } from './shared/taken-out.js';

interface State {
  readonly ref: ReleaseRef;
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
  readonly release: ReleaseDocument | undefined;
  /** Those that are to be repeated, whether they still can or not. */
  readonly asked: readonly DeploymentDocument[];
  readonly functions: ReadonlyMap<string, FunctionDocument>;
  readonly flows: ReadonlyMap<string, TopicFlow>;
  /** What is known of the packages that it requires. */
  readonly artifacts: Seen;
}

/** Makes a new release that repeats what failed in an earlier one, where nothing newer has changed the function since. */
export const retryDeployment = defineCommand<RetryDeploymentParams, State>({
  name: 'retry-deployment',
  summary: 'Makes a new release of the functions that failed in an earlier one.',
  schema: 'retry-deployment.json',
  kind: 'change',
  role: 'operator',
  refusals: [
    'UNKNOWN_NAME',
    'UNKNOWN_RELEASE',
    'RELEASE_REJECTED',
    'NOTHING_TO_RETRY',
    'APPROVAL_VOID',
    ...GATE_REFUSALS,
  ],

  async load(load, { environment, release: number, includeCancelled = false }, meta) {
    const ref: ReleaseRef = { project: meta.project, environment, release: number };
    const [environments, seen] = await Promise.all([
      loadEnvironments(load),
      load.get([...releaseReads(meta), releaseId(ref)]),
    ]);
    const asked: DeploymentDocument[] = [];
    const release = seenAs(seen, releaseId(ref), 'release');
    if (release !== undefined) {
      for await (const deployment of scan(load, { prefix: deploymentPrefix(ref) }, 'deployment'))
        if (isAsked(deployment.state, includeCancelled)) asked.push(deployment);
    }
    const names = asked.map((deployment) => deployment.function);
    const functions = await functionsOf(load, names);
    const planned = asked.map(({ function: name, contentHash }) => ({ name, contentHash }));
    const flows = await readFlows(load, planned, { environment, functionOf: (name) => functions.get(name) });
    const artifacts = await loadArtifacts(
      load,
      asked.map(({ requiredPackage }) => requiredPackage),
    );
    return { ref, environments, seen, release, asked, functions, flows, artifacts };
  },

  decide(state, params, meta) {
    const { ref, environments, release, asked, flows, seen } = state;
    const { environment, note, onFailure, allowRecreate = [] } = params;
    const place = environments.findIndex((candidate) => candidate.environment === environment);
    const here = environments[place];
    if (here === undefined) {
      const known = environments.map((candidate) => candidate.environment);
      return refuse([unknownEnvironment(environment, known, '/params/environment')], []) as Decision;
    }
    if (release === undefined) {
      const frozen = passing(frozenGate(here, meta), params.override, meta);
      return frozen.refused ?? unknownRelease(ref);
    }
    const allowed = asked.filter((one) => one.allowRecreate === true).map((one) => one.function);
    const beyond = beyondApproval(here, allowRecreate, allowed);
    const passage = passing([...frozenGate(here, meta), ...beyond], params.override, meta);
    if (passage.refused !== undefined) return passage.refused;
    if (release.rejected !== undefined) return releaseRejected(release, release.rejected);
    const left: LeftFunction[] = [];
    const deployments: DeploymentDocument[] = [];
    const upToHere = environments.slice(0, place + 1);
    for (const deployment of asked) {
      const reason = whyNot(deployment, { state, release, here, upToHere });
      if (reason === undefined) deployments.push(deployment);
      else left.push({ name: deployment.function, reason });
    }
    if (deployments.length === 0) return nothing(release, left);
    const repeated = deployments.map(({ function: name, workload, contentHash, requiredPackage }) => ({
      ...{ name, workload, contentHash, requiredPackage },
    }));
    const astray = refuse(notAmong(allowRecreate, repeated), ['UNKNOWN_NAME']);
    if (astray !== undefined) return astray;
    const again = allowed.filter((name) => repeated.some((one) => one.name === name));
    const { stageSet } = release;
    const rest = {
      kind: 'retry',
      retryOf: release.release,
      ...(stageSet === undefined ? {} : { stageSet }),
      ...policyOf({ onFailure, allowRecreate: [...new Set([...again, ...allowRecreate])] }),
      ...(note === undefined ? {} : { note }),
      ...passage.kept,
    } as const;
    const made = makeRelease({ environment: here, deployments: repeated, flows, rest }, seen, meta);
    return accept([made.event], { ...made.result, retryOf: release.release, left: left.slice(0, MAX_TOLD) });
  },
});

/** Where approvals are needed, a release repeats what was approved: to delete and create anew is more. */
function beyondApproval(
  here: EnvironmentDocument,
  wanted: readonly string[],
  allowed: readonly string[],
): Refusal[] {
  if (here.approvals === undefined) return [];
  return wanted.flatMap((name, index): Refusal[] => {
    if (allowed.includes(name)) return [];
    const detail =
      'is not re-created by the release that was approved; leave it out, or plan with allowRecreate, ask for approval and commit that';
    return [{ pointer: `/params/allowRecreate/${index}`, name, code: 'APPROVAL_VOID', detail }];
  });
}

/** Functions left that a reply names at most. */
const MAX_TOLD = 100;

function isAsked(state: DeploymentState, includeCancelled: boolean): boolean {
  return isFailure(state) || (includeCancelled && isGivenUp(state));
}

interface Around {
  readonly state: State;
  readonly release: ReleaseDocument;
  readonly here: EnvironmentDocument;
  readonly upToHere: readonly EnvironmentDocument[];
}

/** Why a function is not deployed again; undefined if it is. */
function whyNot(
  { function: name, contentHash, requiredPackage }: DeploymentDocument,
  { state: { functions, ref, artifacts }, release, here, upToHere }: Around,
): string | undefined {
  const document = functions.get(name);
  if (document === undefined) return 'is not known any more';
  if (document.project !== ref.project) return `belongs to project "${document.project}" now`;
  if (document.since > release.committedPosition) return 'was given up and taken anew since';
  const now = inEnvironment(document, here);
  if (now === undefined) return `has not been deployed to today's target of ${here.environment}`;
  if (now.release !== release.release) return `release ${now.release} has changed it since`;
  const out = takenOutOf(document, { contentHash }, { committed: release.committedPosition, upToHere });
  if (out !== undefined) return `a rollback of ${out.environment} has taken its content out since`;
  return rejections({ name, contentHash, packageSha256: requiredPackage }, { document, artifacts })[0]
    ?.detail;
}

function nothing({ environment, release, state }: ReleaseDocument, left: readonly LeftFunction[]): Decision {
  const what = left.length === 0 ? 'no function of it has failed' : 'what failed cannot be repeated';
  return reject(
    'NOTHING_TO_RETRY',
    `Release ${environment}/${release} is ${state}: ${what}.`,
    capped(left.map(({ name, reason }) => ({ name, detail: reason }))),
  );
}
