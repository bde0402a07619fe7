/**
 * The product's rules once more, for tests: nothing here comes from src/. What the product keeps up to date in documents
 * is kept here as plain history (releases with their outcomes, who owned what since when) and looked up by searching it,
 * so that the same mistake is hard to make twice.
 */

/** A content by the name that a test gives it; null: deleted. */
export type Content = string | null;

export interface Entry {
  readonly content: Content;
  readonly workload: string;
  readonly stagedAt: number;
  /** By environment the release that had last changed the function. */
  readonly bases: ReadonlyMap<string, number>;
}

export interface StageSet {
  mergedInto: string | undefined;
  readonly entries: Map<string, Entry>;
}

export interface Deployment {
  readonly content: Content;
  /** The package that was proven before. */
  readonly required: string | undefined;
  state: string;
  /** The package that was sent. */
  sent: string | undefined;
  /** A newer release had succeeded already when this one's success was told. */
  late: boolean;
}

export interface Release {
  readonly project: string;
  readonly environment: string;
  readonly number: number;
  readonly position: number;
  readonly target: string;
  readonly kind: 'commit' | 'rollback' | 'retry';
  readonly stageSet: string | undefined;
  readonly toRelease: number | undefined;
  readonly deployments: Map<string, Deployment>;
  readonly onFailure: 'continue' | 'stop';
  /** Functions in the order in which they are deployed. */
  readonly waves: readonly (readonly string[])[];
  /** How many waves have begun, or were given up. */
  begun: number;
  /** Failures before the last wave began. */
  failedBefore: number;
}

export interface Environment {
  readonly name: string;
  /** An address, or `sandbox`. */
  readonly target: string;
}

export interface Owner {
  readonly project: string;
  readonly workload: string;
  readonly since: number;
}

export interface Model {
  position: number;
  /** In promotion order. */
  environments: Environment[];
  /** By `<project>/<set>`. */
  readonly sets: Map<string, StageSet>;
  readonly owners: Map<string, Owner>;
  /** In the order of their commits. */
  readonly releases: Release[];
  /** By `<function> <content> <environment>`: where a rollback took the content out. */
  readonly holds: Map<string, number>;
  /** Position of the last change of the documents that tests put expectations on. */
  readonly changed: Map<string, number>;
  /** Waves of releases in the order in which they began: one effect a function, numbered through all of them. */
  readonly begun: { readonly release: Release; readonly names: readonly string[] }[];
  /** Every effect up to this one is published or given up. */
  published: number;
  /** Numbers of effects that are given up. */
  readonly skipped: Set<number>;
}

export function createModel(): Model {
  return {
    position: 0,
    environments: [],
    sets: new Map(),
    owners: new Map(),
    releases: [],
    holds: new Map(),
    changed: new Map(),
    begun: [],
    published: 0,
    skipped: new Set(),
  };
}

export const isSuccess = (state: string): boolean => ['deployed', 'unchanged', 'deleted'].includes(state);

export function releasesOf(model: Model, project: string, environment: string): Release[] {
  return model.releases.filter(
    (release) => release.project === project && release.environment === environment,
  );
}

/** A release as it concerns one function. */
export interface Deployed extends Deployment {
  readonly release: Release;
}

/** What its present project has deployed of a function to an environment, newest last. */
export function historyOf(model: Model, name: string, environment: string): Deployed[] {
  const owner = model.owners.get(name);
  if (owner === undefined) return [];
  return releasesOf(model, owner.project, environment).flatMap((release) => {
    const deployment = release.deployments.get(name);
    return deployment === undefined || release.position <= owner.since ? [] : [{ ...deployment, release }];
  });
}

/** What an environment has of a function: its newest deployment, if that went to the target of today. */
export function present(model: Model, name: string, { name: at, target }: Environment): Deployed | undefined {
  const newest = historyOf(model, name, at).at(-1);
  return newest?.release.target === target ? newest : undefined;
}

/** The newest success, if it was on the target of today. */
export function newestSuccess(model: Model, name: string, environment: Environment): Deployed | undefined {
  if (present(model, name, environment) === undefined) return undefined;
  const newest = historyOf(model, name, environment.name).findLast(({ state }) => isSuccess(state));
  return newest?.release.target === environment.target ? newest : undefined;
}

/** An environment holds a function until its deletion there has succeeded. */
export function holds(model: Model, environment: Environment, name: string): boolean {
  const now = present(model, name, environment);
  return now !== undefined && !(now.content === null && isSuccess(now.state));
}

/** The stage sets that have an entry of a function. */
export function setsWith(model: Model, name: string): string[] {
  return [...model.sets].flatMap(([key, { entries }]) => (entries.has(name) ? [key] : []));
}

export function isTaken(model: Model, name: string, exceptSet?: string): boolean {
  return (
    setsWith(model, name).some((key) => key !== exceptSet) ||
    model.environments.some((environment) => holds(model, environment, name))
  );
}

/** The newest success of a content in an environment, if it still counts: same target, no hold and no new owner since. */
export function proof(
  model: Model,
  { name, content, environment: at }: { name: string; content: Content; environment: Environment },
): Deployed | undefined {
  if (content === null) return undefined;
  const newest = historyOf(model, name, at.name).findLast(
    (deployed) => deployed.content === content && isSuccess(deployed.state),
  );
  if (newest?.release.target !== at.target) return undefined;
  const held = model.holds.get(`${name} ${content} ${at.name}`) ?? 0;
  return newest.release.position > held ? newest : undefined;
}

/** Today a rollback does not find a success that was told after that of a newer release. */
const FINDS_LATE_SUCCESSES = false as boolean;

/** What a function was at a release: its last success up to it on the target of today, unless it was elsewhere in between. */
export function successAt(
  model: Model,
  name: string,
  { environment, release }: { readonly environment: Environment; readonly release: number },
): Deployed | undefined {
  if (newestSuccess(model, name, environment) === undefined) return undefined;
  const found = historyOf(model, name, environment.name).filter(
    ({ state, late }) => isSuccess(state) && (FINDS_LATE_SUCCESSES || !late),
  );
  const elsewhere = found.findLastIndex((deployed) => deployed.release.target !== environment.target);
  return found.slice(elsewhere + 1).findLast((deployed) => deployed.release.number <= release);
}

/** State and outcomes of a release. */
export function summary(release: Release): { state: string; counts: Record<string, number> } {
  const { deployments } = release;
  const counts = Object.fromEntries(
    ['deployed', 'unchanged', 'deleted', 'failed', 'superseded', 'skipped', 'cancelled', 'committed'].map(
      (state) => [state, 0],
    ),
  );
  for (const { state } of deployments.values()) counts[state] = (counts[state] ?? 0) + 1;
  const { committed: open = 0, failed = 0, superseded = 0, skipped = 0, cancelled = 0, ...done } = counts;
  const succeeded = Object.values(done).reduce((sum, count) => sum + count, 0);
  const told = {
    ...{ ...done, failed, superseded },
    ...(skipped === 0 ? {} : { skipped }),
    ...(cancelled === 0 ? {} : { cancelled }),
  };
  if (open > 0 && isWaveOver(release)) return { state: 'held', counts: told };
  if (open > 0) return { state: open === deployments.size ? 'committed' : 'deploying', counts: told };
  if (failed > 0) return { state: succeeded > 0 ? 'partly-failed' : 'failed', counts: told };
  if (cancelled > 0) return { state: 'cancelled', counts: told };
  if (skipped > 0) return { state: 'skipped', counts: told };
  return { state: superseded > 0 ? 'superseded' : 'succeeded', counts: told };
}

/** True where nothing of the waves that have begun waits for an outcome. */
export function isWaveOver({ deployments, waves, begun }: Release): boolean {
  return waves
    .slice(0, begun)
    .every((names) => names.every((name) => deployments.get(name)?.state !== 'committed'));
}

export function failuresOf({ deployments }: Release): number {
  return [...deployments.values()].filter(({ state }) => state === 'failed').length;
}

/** The effects of each wave: numbered through all of them, one a function. */
export function effectsOf({ begun }: Model): {
  release: Release;
  names: readonly string[];
  first: number;
  last: number;
}[] {
  let last = 0;
  return begun.map(({ release, names }) => {
    const first = last + 1;
    last += names.length;
    return { release, names, first, last };
  });
}
