import { rejected, type Of, type Verdict } from './model-asks.js';
import { makeRelease, releaseIdOf, touch } from './model-changes.js';
import { effectsOf, present, releasesOf, summary, type Model, type Release } from './model-state.js';
import { beginWave } from './model-waves.js';

interface Owed {
  readonly release: Release;
  readonly names: readonly string[];
  readonly first: number;
  readonly last: number;
}

/** The effects that a release still owes, wave by wave. */
function owedOf(model: Model, project: string, { environment, release: number }: Asked): Owed[] {
  return effectsOf(model).filter(
    ({ release, last }) =>
      release.project === project &&
      release.environment === environment &&
      release.number === number &&
      last > model.published &&
      !model.skipped.has(last),
  );
}

interface Asked {
  readonly environment: string;
  readonly release: number;
}

/** What is given up right behind what is published counts as published. */
export function publishedThrough(model: Model, through: number): void {
  model.published = Math.max(model.published, through);
  while (model.skipped.has(model.published + 1)) model.published += 1;
}

export function releaseEffects(model: Model, project: string, ask: Of<'release-effects'>): Verdict {
  const owed = owedOf(model, project, ask).at(-1);
  if (owed === undefined) return rejected('UNKNOWN_RELEASE');
  return { status: 'ok', told: { through: owed.last }, apply: () => undefined };
}

/** Gives up what a release owes and has no outcome, and the waves that have not begun. */
export function skipEffects(model: Model, project: string, ask: Of<'skip-effects'>): Verdict {
  const owed = owedOf(model, project, ask);
  const [one] = owed;
  if (one === undefined) return rejected('UNKNOWN_RELEASE');
  const { release } = one;
  const left = owed.flatMap(({ names, first }) =>
    names.filter((_, index) => first + index > model.published),
  );
  const leftOpen = left.filter((name) => release.deployments.get(name)?.state === 'committed');
  const waiting = [...leftOpen, ...unbegunOf(release)];
  const told = {
    ...{ skipped: waiting.length, first: Math.max(one.first, model.published + 1) },
    through: owed.at(-1)?.last,
  };
  return { status: 'ok', told, apply: () => giveUp(model, owed, { release, waiting, state: 'skipped' }) };
}

/** Ends a release: what has no outcome is cancelled, whether it has left or not. */
export function cancel(model: Model, project: string, ask: Of<'cancel'>): Verdict {
  const release = findRelease(model, project, ask);
  if (release === undefined) return rejected('UNKNOWN_RELEASE');
  const waiting = [...release.deployments].flatMap(([name, { state }]) =>
    state === 'committed' ? [name] : [],
  );
  if (waiting.length === 0) return rejected('RELEASE_FINISHED');
  const owed = owedOf(model, project, ask);
  return {
    status: 'ok',
    told: { cancelled: waiting.length },
    apply: () => giveUp(model, owed, { release, waiting, state: 'cancelled' }),
  };
}

/** The next wave of a release begins that a failure holds. */
export function resume(model: Model, project: string, ask: Of<'resume'>): Verdict {
  const release = findRelease(model, project, ask);
  if (release === undefined) return rejected('UNKNOWN_RELEASE');
  if (summary(release).state !== 'held') return rejected('NOT_HELD');
  const place = model.environments.findIndex(({ name }) => name === ask.environment);
  if (model.environments[place]?.target !== release.target) return rejected('TARGET_CHANGED');
  const next = release.waves[release.begun] ?? [];
  if (next.some((name) => isTakenOut(model, { release, name, place })))
    return rejected('HELD_AFTER_ROLLBACK');
  return {
    status: 'ok',
    told: { wave: release.begun, functions: release.waves[release.begun]?.length, state: 'deploying' },
    apply() {
      beginWave(model, release);
      touchRelease(model, release);
    },
  };
}

/** What failed of a release once more, where nothing newer has changed it and no rollback has taken it out. */
export function retry(model: Model, project: string, ask: Of<'retry'>): Verdict {
  const place = model.environments.findIndex(({ name }) => name === ask.environment);
  const here = model.environments[place];
  if (here === undefined) return rejected('UNKNOWN_NAME');
  const release = findRelease(model, project, ask);
  if (release === undefined) return rejected('UNKNOWN_RELEASE');
  const states = ['failed', ...(ask.includeCancelled ? ['cancelled', 'skipped'] : [])];
  const planned = [...release.deployments].flatMap(([name, { state, content, required }]) => {
    const isOut = isTakenOut(model, { release, name, place });
    const isPresent =
      model.owners.get(name)?.project === project && present(model, name, here)?.release === release;
    return states.includes(state) && isPresent && !isOut ? [[name, content, required] as const] : [];
  });
  if (planned.length === 0) return rejected('NOTHING_TO_RETRY');
  const { stageSet } = release;
  return makeRelease(model, planned, {
    ...{ project, here, kind: 'retry' },
    ...(stageSet === undefined ? {} : { stageSet }),
  });
}

/** What is in the waves that have not begun. */
export function unbegunOf({ waves, begun, deployments }: Release): string[] {
  return waves
    .slice(begun)
    .flat()
    .filter((name) => deployments.get(name)?.state === 'committed');
}

/** Its waves that have not begun never do. */
export function cancelUnbegun(model: Model, release: Release, waiting: readonly string[]): void {
  giveUp(model, [], { release, waiting, state: 'cancelled' });
}

/** A rollback of this environment, or of one before it, has taken the content out since. */
function isTakenOut(
  model: Model,
  { release, name, place }: { readonly release: Release; readonly name: string; readonly place: number },
): boolean {
  const content = release.deployments.get(name)?.content ?? '';
  return model.environments
    .slice(0, place + 1)
    .some((at) => (model.holds.get(`${name} ${content} ${at.name}`) ?? 0) > release.position);
}

function findRelease(
  model: Model,
  project: string,
  { environment, release: number }: Asked,
): Release | undefined {
  return releasesOf(model, project, environment).find((release) => release.number === number);
}

interface GivenUp {
  readonly release: Release;
  readonly waiting: readonly string[];
  readonly state: string;
}

function giveUp(model: Model, owed: readonly Owed[], { release, waiting, state }: GivenUp): void {
  for (const name of waiting) {
    const deployment = release.deployments.get(name);
    if (deployment !== undefined) deployment.state = state;
  }
  release.begun = release.waves.length;
  for (const { first, last } of owed)
    for (let number = Math.max(first, model.published + 1); number <= last; number += 1)
      model.skipped.add(number);
  publishedThrough(model, model.published);
  touchRelease(model, release);
}

function touchRelease(model: Model, { project, environment, number }: Release): void {
  touch(model, releaseIdOf(project, environment, number));
  if (model.environments.some(({ name }) => name === environment)) touch(model, `environment:${environment}`);
}
