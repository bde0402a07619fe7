import { first, rejected, type Of, type Verdict } from './model-asks.js';
import { makeRelease } from './model-changes.js';
import { cancelUnbegun, unbegunOf } from './model-effects.js';
import {
  isSuccess,
  newestSuccess,
  present,
  releasesOf,
  successAt,
  summary,
  type Content,
  type Model,
} from './model-state.js';

/** Functions back to what they were at an earlier release; waves that have not begun since never do. */
export function rollback(model: Model, project: string, ask: Of<'rollback'>): Verdict {
  const { environment, toRelease, names, prune } = ask;
  const here = model.environments.find(({ name }) => name === environment);
  if (here === undefined) return rejected('UNKNOWN_NAME');
  const releases = releasesOf(model, project, environment);
  const newest = releases.at(-1);
  const to =
    toRelease === undefined
      ? releases
          .slice(0, -1)
          .findLast((one) => one.target === here.target && summary(one).state === 'succeeded')
      : releases.find(({ number }) => number === toRelease);
  if (to?.target !== here.target) return rejected('NO_EARLIER_RELEASE');

  const ownerOf = (name: string): string | undefined => model.owners.get(name)?.project;
  const against = (name: string): string | undefined =>
    ownerOf(name) !== undefined && ownerOf(name) !== project
      ? 'OTHER_PROJECT'
      : present(model, name, here) === undefined
        ? 'UNKNOWN_NAME'
        : undefined;
  const refused = first((names ?? []).map(against), ['OTHER_PROJECT', 'UNKNOWN_NAME']);
  if (refused !== undefined) return refused;

  /** Changed since, or failed or given up in the release itself, where nothing came after it. */
  const concerned =
    to === newest
      ? [...to.deployments].flatMap(([name, { state }]) =>
          ['failed', 'skipped', 'cancelled'].includes(state) ? [name] : [],
        )
      : releases
          .filter(({ number }) => number > to.number)
          .flatMap(({ deployments }) => [...deployments.keys()]);
  const planned: [string, Content, string | undefined][] = [];
  for (const name of new Set(concerned)) {
    if (names !== undefined && !names.includes(name)) continue;
    const now = present(model, name, here);
    if (ownerOf(name) !== project || now === undefined) continue;
    const then = successAt(model, name, { environment: here, release: to.number });
    if (then === undefined || then.content === null) {
      const gone = now.content === null && isSuccess(now.state);
      if (!gone && prune) planned.push([name, null, undefined]);
      continue;
    }
    const sent = newestSuccess(model, name, here)?.sent;
    const samePackage = sent === undefined || then.sent === undefined || sent === then.sent;
    if (isSuccess(now.state) && now.content === then.content && samePackage) continue;
    planned.push([name, then.content, then.sent]);
  }
  if (planned.length === 0) return rejected('NOTHING_TO_ROLL_BACK');
  // What had not begun by then is not deployed: of releases after that one, or of those that would change what is named.
  const unbegun = releases
    .filter(({ number }) => number > to.number)
    .map((release) => ({ release, waiting: unbegunOf(release) }))
    .filter(({ waiting }) => waiting.some((name) => names === undefined || names.includes(name)));
  const made = makeRelease(model, planned, { project, here, kind: 'rollback', toRelease: to.number });
  if (made.status !== 'ok') return made;
  return {
    ...made,
    apply() {
      for (const { release, waiting } of unbegun) cancelUnbegun(model, release, waiting);
      made.apply();
    },
  };
}
