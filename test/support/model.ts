import { first, INVALID, rejected, type Ask, type Of, type Verdict } from './model-asks.js';
import { leave, makeRelease, openSet, record, setEnvironments, touch } from './model-changes.js';
import { cancel, publishedThrough, releaseEffects, resume, retry, skipEffects } from './model-effects.js';
import { rollback } from './model-rollback.js';
import {
  isTaken,
  newestSuccess,
  present,
  proof,
  type Content,
  type Entry,
  type Model,
} from './model-state.js';

/** What a command must come to, decided by the rules; `apply` then makes it so, as record `model.position`. */
export function judge(model: Model, project: string, ask: Ask): Verdict {
  switch (ask.kind) {
    case 'stage':
      return stage(model, project, ask);
    case 'un-stage':
      return unStage(model, project, ask);
    case 'merge':
      return merge(model, project, ask);
    case 'commit':
      return commit(model, project, ask);
    case 'rollback':
      return rollback(model, project, ask);
    case 'record':
      return record(model, project, ask);
    case 'environments':
      return setEnvironments(model, ask);
    case 'release-effects':
      return releaseEffects(model, project, ask);
    case 'skip-effects':
      return skipEffects(model, project, ask);
    case 'cancel':
      return cancel(model, project, ask);
    case 'resume':
      return resume(model, project, ask);
    case 'retry':
      return retry(model, project, ask);
    case 'published': {
      const through = Math.max(model.published, ask.through);
      return { status: 'ok', told: { through }, apply: () => publishedThrough(model, through) };
    }
  }
}

function stage(model: Model, project: string, { set, configs, remove }: Of<'stage'>): Verdict {
  if (configs.length + remove.length === 0) return INVALID;
  const key = `${project}/${set}`;
  const known = model.environments.map(({ name }) => name);
  const names = [...configs.map(({ name }) => name), ...remove];
  const againstOwner = (name: string): string | undefined =>
    isTaken(model, name) && model.owners.get(name)?.project !== project ? 'OTHER_PROJECT' : undefined;
  const refused = first(
    [
      names.length > new Set(names).size ? 'DUPLICATE_NAME' : undefined,
      ...names.map(againstOwner),
      ...remove.map((name) => (isTaken(model, name) ? undefined : 'UNKNOWN_NAME')),
      ...configs.flatMap(({ name, workload, patches }) => {
        if (againstOwner(name) !== undefined) return [];
        const changed = model.owners.get(name)?.workload !== workload && isTaken(model, name, key);
        return [
          changed ? 'TYPE_CHANGED' : undefined,
          patches.some((environment) => !known.includes(environment)) ? 'UNKNOWN_NAME' : undefined,
        ];
      }),
    ],
    ['DUPLICATE_NAME', 'OTHER_PROJECT', 'TYPE_CHANGED', 'UNKNOWN_NAME'],
  );
  if (refused !== undefined) return refused;

  const wanted = new Map<string, { content: Content; workload: string | undefined }>([
    ...configs.map(({ name, content, workload }) => [name, { content, workload }] as const),
    ...remove.map((name) => [name, { content: null, workload: undefined }] as const),
  ]);
  const before = model.sets.get(key)?.entries;
  const same = [...wanted].filter(([name, { content }]) => before?.get(name)?.content === content);
  const entries = new Set([...(before?.keys() ?? []), ...wanted.keys()]).size;
  const told = {
    staged: configs.filter(({ name }) => !same.some(([other]) => other === name)).length,
    removed: remove.filter((name) => !same.some(([other]) => other === name)).length,
    unchanged: same.length,
    entries,
  };
  return {
    status: 'ok',
    told,
    apply() {
      const into = openSet(model, key);
      for (const [name, { content, workload }] of wanted) {
        const owner = model.owners.get(name);
        const type = workload ?? owner?.workload ?? 'function';
        if (owner?.project !== project || owner.workload !== type)
          model.owners.set(name, { project, workload: type, since: model.position });
        const bases = new Map(
          model.environments.map((at) => [at.name, present(model, name, at)?.release.number ?? 0]),
        );
        into.entries.set(name, { content, workload: type, stagedAt: model.position, bases });
      }
      touch(model, `stage-set:${project}:${set}`);
    },
  };
}

function unStage(model: Model, project: string, { set, names, all }: Of<'un-stage'>): Verdict {
  if ((names === undefined) === (all === undefined)) return INVALID;
  const found = model.sets.get(`${project}/${set}`);
  if (found === undefined || found.mergedInto !== undefined) return rejected('UNKNOWN_STAGE_SET');
  if ((names ?? []).some((name) => !found.entries.has(name))) return rejected('UNKNOWN_NAME');
  const leaving = [...(names ?? found.entries.keys())];
  return {
    status: 'ok',
    told: { unstaged: leaving.length, entries: found.entries.size - leaving.length },
    apply: () => leave(model, project, { set, names: leaving }),
  };
}

function merge(model: Model, project: string, { from, into, onConflict }: Of<'merge'>): Verdict {
  if (from.includes(into)) return INVALID;
  const sets = from.map((name) => model.sets.get(`${project}/${name}`));
  if (sets.some((set) => set === undefined || set.mergedInto !== undefined))
    return rejected('UNKNOWN_STAGE_SET');
  const home = model.sets.get(`${project}/${into}`)?.entries ?? new Map<string, Entry>();
  const winners = new Map<string, Entry>();
  for (const name of new Set(sets.flatMap((set) => [...(set?.entries.keys() ?? [])]))) {
    const theirs = sets.flatMap((set) => set?.entries.get(name) ?? []);
    const ours = home.get(name);
    const all = ours === undefined ? theirs : [ours, ...theirs];
    const agreed = new Set(all.map(({ content }) => content)).size === 1;
    const wanted = agreed || onConflict === 'theirs' ? all.at(-1)?.content : ours?.content;
    // Of entries that want the same, the one that was there first keeps its place in history.
    const winner = agreed || onConflict === 'theirs' ? all.find(({ content }) => content === wanted) : ours;
    if (winner === undefined || (!agreed && onConflict === 'reject')) return rejected('MERGE_CONFLICT');
    winners.set(name, winner);
  }
  const entries = new Set([...home.keys(), ...winners.keys()]).size;
  const moved = [...winners].filter(([name, winner]) => home.get(name) !== winner).length;
  return {
    status: 'ok',
    told: { moved, entries },
    apply() {
      for (const [index, set] of sets.entries()) {
        set?.entries.clear();
        if (set !== undefined) set.mergedInto = into;
        touch(model, `stage-set:${project}:${from[index] ?? ''}`);
      }
      const target = openSet(model, `${project}/${into}`);
      for (const [name, winner] of winners) target.entries.set(name, winner);
      touch(model, `stage-set:${project}:${into}`);
    },
  };
}

function commit(model: Model, project: string, ask: Of<'commit'>): Verdict {
  const { environment, set, names, force } = ask;
  const place = model.environments.findIndex(({ name }) => name === environment);
  const here = model.environments[place];
  if (here === undefined) return rejected('UNKNOWN_NAME');
  const staged = model.sets.get(`${project}/${set}`)?.entries ?? new Map<string, Entry>();
  if (staged.size === 0) return rejected('STAGE_SET_EMPTY');
  const chosen = [...staged].filter(([name]) => names === undefined || names.includes(name));
  const before = model.environments[place - 1];
  const notProven = `NOT_PROVEN_IN_${before?.name.toUpperCase() ?? ''}`;
  const proofOf = (name: string, content: Content) =>
    before === undefined ? undefined : proof(model, { name, content, environment: before });

  const stale = ([name, { content, bases }]: [string, Entry]): boolean => {
    const now = present(model, name, here);
    return now !== undefined && now.release.number > (bases.get(environment) ?? 0) && now.content !== content;
  };
  const proven = ([name, { content }]: [string, Entry]): boolean => {
    if (before === undefined) return true;
    if (content === null && present(model, name, before) === undefined) return true;
    if (before.target === 'sandbox' && here.target !== 'sandbox') return false;
    if (content === null) return newestSuccess(model, name, before)?.content === null;
    return proofOf(name, content) !== undefined;
  };
  const held = ([name, { content, stagedAt }]: [string, Entry]): boolean =>
    model.environments.slice(0, place + 1).some((at) => {
      const out = model.holds.get(`${name} ${content ?? ''} ${at.name}`);
      if (out === undefined) return false;
      return (
        stagedAt <= out || (before !== undefined && (proofOf(name, content)?.release.position ?? 0) <= out)
      );
    });
  const refused = first(
    [
      (names ?? []).some((name) => !staged.has(name)) ? 'UNKNOWN_NAME' : undefined,
      !force && chosen.some(stale) ? 'STALE_BASE' : undefined,
      chosen.every(proven) ? undefined : notProven,
      chosen.some(held) ? 'HELD_AFTER_ROLLBACK' : undefined,
    ],
    ['UNKNOWN_NAME', 'STALE_BASE', notProven, 'HELD_AFTER_ROLLBACK'],
  );
  if (refused !== undefined) return refused;
  const planned = chosen.map(([name, { content }]) => [name, content, proofOf(name, content)?.sent] as const);
  const { onFailure = 'continue' } = ask;
  return makeRelease(model, planned, { project, here, kind: 'commit', stageSet: set, onFailure });
}
