import { rejected, type Of, type Verdict } from './model-asks.js';
import { releaseIdOf, touch } from './model-changes.js';
import { effectsOf, type Model, type Release } from './model-state.js';

/** The effects that a release still owes; undefined: none. */
function owedOf(
  model: Model,
  project: string,
  { environment, release: number }: { readonly environment: string; readonly release: number },
): { release: Release; first: number; last: number } | undefined {
  return effectsOf(model).find(
    ({ release, last }) =>
      release.project === project &&
      release.environment === environment &&
      release.number === number &&
      last > model.published &&
      !model.skipped.has(last),
  );
}

/** What is given up right behind what is published counts as published. */
export function publishedThrough(model: Model, through: number): void {
  model.published = Math.max(model.published, through);
  while (model.skipped.has(model.published + 1)) model.published += 1;
}

export function releaseEffects(model: Model, project: string, ask: Of<'release-effects'>): Verdict {
  const owed = owedOf(model, project, ask);
  if (owed === undefined) return rejected('UNKNOWN_RELEASE');
  return { status: 'ok', told: { through: owed.last }, apply: () => undefined };
}

/** Gives up what a release owes and has no outcome. */
export function skipEffects(model: Model, project: string, ask: Of<'skip-effects'>): Verdict {
  const owed = owedOf(model, project, ask);
  if (owed === undefined) return rejected('UNKNOWN_RELEASE');
  const { release, last } = owed;
  const first = Math.max(owed.first, model.published + 1);
  const names = [...release.deployments.keys()].sort().slice(first - owed.first);
  const waiting = names.filter((name) => release.deployments.get(name)?.state === 'committed');
  return {
    status: 'ok',
    told: { skipped: waiting.length, first, through: last },
    apply() {
      for (const name of waiting) {
        const deployment = release.deployments.get(name);
        if (deployment !== undefined) deployment.state = 'skipped';
      }
      for (let number = first; number <= last; number += 1) model.skipped.add(number);
      publishedThrough(model, model.published);
      touch(model, releaseIdOf(project, ask.environment, ask.release));
      if (model.environments.some(({ name }) => name === ask.environment))
        touch(model, `environment:${ask.environment}`);
    },
  };
}
