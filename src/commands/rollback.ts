import { type Decision, accept, defineCommand, reject, rejectAt } from '../core/decision.js';
import { inEnvironment, isUnfulfilled } from '../core/function-state.js';
import { planId, releaseId, releasePrefix, rollbackSet, type ReleaseRef } from '../core/ids.js';
import type { TopicFlow } from '../core/topic-flow.js';
import type {
  EnvironmentDocument,
  FunctionDocument,
  ReleaseDocument,
  RollbackParams,
  Success,
} from '../core/types.js';
import { cancelled } from './shared/cancelling.js';
import { loadLaterWaves, type LaterWaves } from './shared/later-waves.js';
import { frozenGate, GATE_REFUSALS, passing } from './shared/gates.js';
import { makeRelease, newestRelease, releaseReads } from './shared/make-release.js';
import { newestPlan } from './shared/newest-plan.js';
import { policyOf } from './shared/release-policy.js';
import { loadEnvironments, scan, seenAs, type Seen } from './shared/read.js';
import { readFlows } from './shared/read-flows.js';
import { capped, notAmong, refuse, unknownEnvironment, type Refusal } from './shared/refusals.js';
import { loadArtifacts, rejections, REJECTIONS, releaseRejected } from './shared/rejections.js';
import { changesIn, planRollback, type LeftFunction } from './shared/rollback-plan.js';
import { changedSince, functionsOf, lastSuccesses, succeededBefore } from './shared/rollback-reads.js';

interface State {
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
  readonly newest: number;
  /** The release to return to. */
  readonly to: ReleaseDocument | undefined;
  readonly names: readonly string[];
  readonly functions: ReadonlyMap<string, FunctionDocument>;
  readonly targets: ReadonlyMap<string, Success>;
  readonly flows: ReadonlyMap<string, TopicFlow>;
  /** Waves of releases after that one which would still begin. */
  readonly laterWaves: readonly LaterWaves[];
  /** The newest plan of this rollback. */
  readonly planned: Seen;
  /** What is known of the packages that would come back. */
  readonly artifacts: Seen;
}

/** Makes a new release that puts functions back to what they were at an earlier one. History stays as it is. */
export const rollback = defineCommand<RollbackParams, State>({
  name: 'rollback',
  summary: 'Makes a new release that returns an environment to an earlier one.',
  schema: 'rollback.json',
  kind: 'change',
  role: 'operator',
  refusals: [
    'NO_EARLIER_RELEASE',
    'UNKNOWN_NAME',
    'OTHER_PROJECT',
    'NOTHING_TO_ROLL_BACK',
    ...REJECTIONS,
    ...GATE_REFUSALS,
  ],

  async load(load, { environment, toRelease, names }, meta) {
    const { project } = meta;
    const [environments, seen] = await Promise.all([loadEnvironments(load), load.get(releaseReads(meta))]);
    const here = environments.find((candidate) => candidate.environment === environment);
    const newest = newestRelease(seen, project, environment);
    const none = {
      environments,
      seen,
      newest,
      to: undefined,
      names: [],
      functions: new Map(),
      targets: new Map(),
      flows: new Map(),
      laterWaves: [],
      planned: new Map(),
      artifacts: new Map(),
    };
    if (here === undefined || newest === 0) return none;
    const refTo = (release: number): ReleaseRef => ({ project, environment, release });
    const to =
      toRelease === undefined
        ? await succeededBefore(load, refTo(newest), here)
        : seenAs(await load.get([releaseId(refTo(toRelease))]), releaseId(refTo(toRelease)), 'release');
    if (to === undefined) return none;
    const asked = names ?? (await changedSince(load, refTo(to.release), newest));
    const functions = await functionsOf(load, asked);
    const targets = await lastSuccesses(load, functions.values(), { to: refTo(to.release), here });
    const becoming = asked.map((name) => ({ name, contentHash: targets.get(name)?.contentHash ?? null }));
    const flows = await readFlows(load, becoming, { environment, functionOf: (name) => functions.get(name) });
    const after: ReleaseDocument[] = [];
    const range = { prefix: releasePrefix(project, environment), after: releaseId(refTo(to.release)) };
    for await (const release of scan(load, range, 'release')) after.push(release);
    const later = await loadLaterWaves(load, after);
    // With names, only what would still change one of them.
    const laterWaves = later.filter(
      ({ deployments }) => names === undefined || deployments.some((one) => names.includes(one.function)),
    );
    const planned = await load.get([planId({ project, environment, stageSet: rollbackSet(to.release) })]);
    const artifacts = await loadArtifacts(
      load,
      [...targets.values()].map(({ packageSha256 }) => packageSha256),
    );
    const found = { environments, seen, newest, to, functions, targets, flows, laterWaves, planned };
    return { ...found, names: asked, artifacts };
  },

  decide(state, params, meta) {
    const { environments, to, functions, seen, targets, flows, laterWaves } = state;
    const { environment, note, allowRecreate, prune = false } = params;
    const here = environments.find((candidate) => candidate.environment === environment);
    if (here === undefined) {
      const known = environments.map((candidate) => candidate.environment);
      return unknown([unknownEnvironment(environment, known, '/params/environment')]) as Decision;
    }
    const passage = passing(frozenGate(here, meta), params.override, meta);
    if (passage.refused !== undefined) return passage.refused;
    if (to?.target.fingerprint !== here.target.fingerprint) return noEarlier(state, params);
    const toRelease = to.release;
    if (to.rejected !== undefined) return releaseRejected(to, to.rejected, '/params/toRelease');
    const refused =
      params.names === undefined
        ? undefined
        : unknown(against(params, state, { here, project: meta.project }));
    if (refused !== undefined) return refused;

    const names =
      params.names === undefined
        ? state.names
        : state.names.filter((name) => concerned(name, { here, state, toRelease }));
    const { project } = meta;
    const unpruned = `did not exist at release ${toRelease}; it is deleted only with prune`;
    const facts = { project, here, names, functions, targets, prunes: () => prune, unpruned };
    const { deployments, left } = planRollback(facts);
    if (deployments.length === 0) return nothing(environment, toRelease, left);
    const astray = unknown(notAmong(allowRecreate, deployments));
    if (astray !== undefined) return astray;
    const bad = deployments.flatMap((one) =>
      rejections(
        { ...one, packageSha256: one.requiredPackage },
        { document: functions.get(one.name), artifacts: state.artifacts },
      ),
    );
    const known = refuse(bad, REJECTIONS);
    if (known !== undefined) return known;
    const entries = deployments.map(({ name, contentHash }) => ({ function: name, contentHash }));
    const planning = { environment: here, stageSet: rollbackSet(toRelease), entries };
    const { told, kept } = newestPlan(state.planned, planning, meta);
    const rest = {
      ...kept,
      ...passage.kept,
      kind: 'rollback',
      toRelease,
      ...policyOf({ allowRecreate }),
      ...(note === undefined ? {} : { note }),
    } as const;
    const { event, result } = makeRelease({ environment: here, deployments, flows, rest }, seen, meta);
    const reason = `Release ${String(event.release)} returns to release ${toRelease}: what had not begun by then is not deployed.`;
    const ended = laterWaves.map((waves) =>
      cancelled({ ...waves, effects: undefined, topic: meta.deploymentsTopic, reason }),
    );
    const cancels = ended.map(({ release }) => release);
    return accept([...ended, event], {
      ...result,
      toRelease,
      ...changesIn(deployments),
      left,
      ...told,
      ...(cancels.length === 0 ? {} : { cancels }),
    });
  },
});

function unknown(refusals: readonly Refusal[]): Decision | undefined {
  return refuse(refusals, ['OTHER_PROJECT', 'UNKNOWN_NAME']);
}

function noEarlier({ newest, to }: State, { environment, toRelease }: RollbackParams): Decision {
  if (newest === 0)
    return rejectAt(
      '/params/environment',
      'NO_EARLIER_RELEASE',
      `Nothing has been committed to ${environment} yet.`,
    );
  if (toRelease === undefined) {
    return rejectAt(
      '/params/toRelease',
      'NO_EARLIER_RELEASE',
      `No release of ${environment} before its newest, ${newest}, has succeeded on its target of today and is not rejected; name one with toRelease.`,
    );
  }
  const why =
    to === undefined
      ? `has no release ${toRelease}; its newest is ${newest}`
      : `had another target at release ${toRelease}: what was deployed there says nothing about today's`;
  return rejectAt('/params/toRelease', 'NO_EARLIER_RELEASE', `${environment} ${why}.`);
}

function nothing(environment: string, toRelease: number, left: readonly LeftFunction[]): Decision {
  return reject(
    'NOTHING_TO_ROLL_BACK',
    `Nothing in ${environment} differs from release ${toRelease}${left.length === 0 ? '' : ' but what is left as it is'}.`,
    capped(left.map(({ name, reason }) => ({ name, detail: reason }))),
  );
}

interface Place {
  readonly here: EnvironmentDocument;
  readonly project: string;
}

/** Names that this project has never had in this environment. */
function against({ names = [] }: RollbackParams, { functions }: State, { here, project }: Place): Refusal[] {
  return names.flatMap((name, index): Refusal[] => {
    const document = functions.get(name);
    const pointer = `/params/names/${index}`;
    if (document !== undefined && document.project !== project) {
      return [{ pointer, name, code: 'OTHER_PROJECT', detail: `belongs to project "${document.project}"` }];
    }
    if (inEnvironment(document, here) !== undefined) return [];
    const detail = `project "${project}" has never deployed it to ${here.environment}`;
    return [{ pointer, name, code: 'UNKNOWN_NAME', detail }];
  });
}

/** A named function is concerned where an unnamed one would be: changed since, or failed or skipped in the very release. */
function concerned(
  name: string,
  {
    here,
    state,
    toRelease,
  }: { readonly here: EnvironmentDocument; readonly state: State; readonly toRelease: number },
): boolean {
  const now = inEnvironment(state.functions.get(name), here);
  if (now === undefined) return false;
  return (
    now.release > toRelease ||
    (toRelease === state.newest && now.release === toRelease && isUnfulfilled(now.state))
  );
}
