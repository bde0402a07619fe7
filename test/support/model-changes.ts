import { INVALID, rejected, type Of, type Verdict } from './model-asks.js';
import { beginWave, wavesFor } from './model-waves.js';
import {
  failuresOf,
  historyOf,
  holds,
  isSuccess,
  isWaveOver,
  releasesOf,
  setsWith,
  summary,
  type Content,
  type Deployment,
  type Environment,
  type Model,
  type Release,
  type StageSet,
} from './model-state.js';

/** A document that tests put expectations on was changed by the record under way. */
export function touch(model: Model, id: string): void {
  model.changed.set(id, model.position);
}

/** The set, made or opened again where it has to be. */
export function openSet(model: Model, key: string): StageSet {
  const set = model.sets.get(key) ?? { mergedInto: undefined, entries: new Map() };
  set.mergedInto = undefined;
  model.sets.set(key, set);
  return set;
}

/** Entries leave a set; what no set has and no environment ever had belongs to nobody any more. */
export function leave(
  model: Model,
  project: string,
  { set, names }: { readonly set: string; readonly names: readonly string[] },
): void {
  if (names.length === 0) return;
  for (const name of names) {
    model.sets.get(`${project}/${set}`)?.entries.delete(name);
    const seen = model.releases.some(({ environment }) => historyOf(model, name, environment).length > 0);
    if (setsWith(model, name).length === 0 && !seen) model.owners.delete(name);
  }
  touch(model, `stage-set:${project}:${set}`);
}

interface Plan {
  readonly project: string;
  readonly here: Environment;
  readonly kind: Release['kind'];
  readonly stageSet?: string;
  readonly toRelease?: number;
  readonly onFailure?: Release['onFailure'];
}

/** A release with these deployments. A rollback holds what it takes out. */
export function makeRelease(
  model: Model,
  planned: readonly (readonly [name: string, content: Content, required: string | undefined])[],
  { project, here, kind, stageSet, toRelease, onFailure = 'continue' }: Plan,
): Verdict {
  const number = (releasesOf(model, project, here.name).at(-1)?.number ?? 0) + 1;
  return {
    status: 'ok',
    told: { environment: here.name, release: number, functions: planned.length },
    apply() {
      const { position } = model;
      const waves = wavesFor(model, planned, here.name);
      for (const [name, content] of kind === 'rollback' ? planned : []) {
        const history = historyOf(model, name, here.name);
        const removed = [history.at(-1), history.findLast(({ state }) => isSuccess(state))];
        for (const out of removed)
          if (out !== undefined && out.content !== null && out.content !== content)
            model.holds.set(`${name} ${out.content} ${here.name}`, position);
      }
      const deployments = new Map(
        planned.map(([name, content, required]): [string, Deployment] => [
          name,
          { content, required, state: 'committed', sent: undefined, late: false },
        ]),
      );
      const { target } = here;
      const release: Release = {
        ...{ project, environment: here.name, number, position, target, kind, stageSet, toRelease },
        ...{ deployments, onFailure, waves, begun: 0, failedBefore: 0 },
      };
      model.releases.push(release);
      beginWave(model, release);
      touch(model, `project:${project}`);
      touch(model, `environment:${here.name}`);
      touch(model, releaseIdOf(project, here.name, number));
    },
  };
}

export function releaseIdOf(project: string, environment: string, number: number): string {
  return `release:${project}:${environment}:${String(number).padStart(8, '0')}`;
}

/** Outcomes of deployments. What has one keeps it; what has arrived in the last environment leaves its stage set. */
export function record(model: Model, project: string, ask: Of<'record'>): Verdict {
  const { environment, release: number, results } = ask;
  const release = releasesOf(model, project, environment).find((one) => one.number === number);
  if (release === undefined) return rejected('UNKNOWN_RELEASE');
  if (results.some(({ name }) => !release.deployments.has(name))) return rejected('UNKNOWN_NAME');
  const fresh = new Map<string, (typeof results)[number]>();
  for (const result of results)
    if (isNews(release, result) && !fresh.has(result.name)) fresh.set(result.name, result);
  const overtaken = (name: string): boolean =>
    historyOf(model, name, environment).some(
      (other) => other.release.number > number && isSuccess(other.state),
    );
  const after = new Map(
    [...release.deployments].map(([name, deployment]): [string, Deployment] => {
      const result = fresh.get(name);
      return [
        name,
        result === undefined
          ? deployment
          : { ...deployment, state: result.outcome, sent: result.sent, late: overtaken(name) },
      ];
    }),
  );
  const next = { ...release, deployments: after };
  const goesOn =
    fresh.size > 0 &&
    release.begun < release.waves.length &&
    isWaveOver(next) &&
    model.environments.some(({ name, target }) => name === environment && target === release.target) &&
    !(release.onFailure === 'stop' && failuresOf(next) > release.failedBefore);
  const state = goesOn ? 'deploying' : summary(next).state;
  return {
    status: 'ok',
    told: { recorded: fresh.size, ignored: results.length - fresh.size, state },
    apply() {
      if (fresh.size === 0) return;
      for (const [name, deployment] of after) release.deployments.set(name, deployment);
      if (goesOn) beginWave(model, release);
      touch(model, releaseIdOf(project, environment, number));
      if (model.environments.some(({ name }) => name === environment))
        touch(model, `environment:${environment}`);
      const last = model.environments.at(-1);
      const { stageSet } = release;
      if (last?.name !== environment || last.target !== release.target || stageSet === undefined) return;
      const entries = model.sets.get(`${project}/${stageSet}`)?.entries;
      const arrived = [...fresh.keys()].filter((name) => {
        const deployment = release.deployments.get(name);
        const entry = entries?.get(name);
        return (
          entry !== undefined && isSuccess(deployment?.state ?? '') && entry.content === deployment?.content
        );
      });
      leave(model, project, { set: stageSet, names: arrived });
    },
  };
}

/** A result for what is not known yet, and has been begun; the truth about what was cancelled is news too. */
function isNews(
  { deployments, waves, begun }: Release,
  { name, outcome }: { name: string; outcome: string },
): boolean {
  const state = deployments.get(name)?.state;
  if (state === 'cancelled') return outcome !== 'superseded';
  return state === 'committed' && waves.slice(0, begun).some((names) => names.includes(name));
}

/** Environments as they are given from now on: those that hold a function stay. */
export function setEnvironments(model: Model, { environments }: Of<'environments'>): Verdict {
  const names = environments.map(({ name }) => name);
  if (new Set(names).size < names.length) return INVALID;
  const removed = model.environments.filter(({ name }) => !names.includes(name));
  const inUse = removed.some((environment) =>
    [...model.owners.keys()].some((name) => holds(model, environment, name)),
  );
  if (inUse) return rejected('ENVIRONMENT_IN_USE');
  const placeOf = (name: string): number => model.environments.findIndex((one) => one.name === name);
  const changed = environments.filter(
    ({ name, target }, place) =>
      placeOf(name) !== place || model.environments[placeOf(name)]?.target !== target,
  );
  return {
    status: 'ok',
    told: { removed: removed.map(({ name }) => name) },
    apply() {
      model.environments = [...environments];
      for (const { name } of changed) touch(model, `environment:${name}`);
      for (const { name } of removed) model.changed.delete(`environment:${name}`);
    },
  };
}
