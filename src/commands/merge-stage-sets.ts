import { peopleAmong, peopleOf } from '../core/authorise.js';
import { accept, defineCommand, reject, type Decision } from '../core/decision.js';
import { sameDesired } from '../core/function-state.js';
import { stagedId, stagedPrefix, stageSetId } from '../core/ids.js';
import { byCodeUnit } from '../core/own.js';
import type {
  Bases,
  MergedEntry,
  MergeStageSetsParams,
  SetCounts,
  StagedDocument,
  StageSetsMerged,
} from '../core/types.js';
import { seenAs, scan, type Seen } from './shared/read.js';
import { refuse, type Refusal } from './shared/refusals.js';

/** The entries of one function: that of `into`, and those of `from` in the order of the command. */
interface Candidates {
  readonly ours: StagedDocument | undefined;
  readonly theirs: readonly StagedDocument[];
}

interface State {
  readonly sets: Seen;
  readonly functions: ReadonlyMap<string, Candidates>;
}

/** Moves the entries of stage sets into another one, which is made where it is missing, and closes them. */
export const mergeStageSets = defineCommand<MergeStageSetsParams, State>({
  name: 'merge-stage-sets',
  summary: 'Moves the entries of stage sets into one and closes the others.',
  schema: 'merge-stage-sets.json',
  kind: 'change',
  role: 'developer',
  refusals: ['UNKNOWN_STAGE_SET', 'MERGE_CONFLICT'],

  check: ({ from, into }) =>
    from.flatMap((set, index) =>
      set === into
        ? [
            {
              pointer: `/params/from/${index}`,
              name: set,
              code: 'INVALID_COMMAND',
              detail: 'may not be `into` as well',
            },
          ]
        : [],
    ),

  async load(load, { from, into }, { project }) {
    const theirs = new Map<string, StagedDocument[]>();
    for (const set of from) {
      for await (const entry of scan(load, { prefix: stagedPrefix(project, set) }, 'staged')) {
        const known = theirs.get(entry.function);
        if (known === undefined) theirs.set(entry.function, [entry]);
        else known.push(entry);
      }
    }
    const names = [...theirs.keys()].sort(byCodeUnit);
    const seen = await load.get([
      ...[...from, into].map((set) => stageSetId(project, set)),
      ...names.map((name) => stagedId(project, into, name)),
    ]);
    const functions = new Map(
      names.map((name): [string, Candidates] => [
        name,
        { ours: seenAs(seen, stagedId(project, into, name), 'staged'), theirs: theirs.get(name) ?? [] },
      ]),
    );
    return { sets: seen, functions };
  },

  decide({ sets, functions }, { from, into, onConflict = 'reject' }, { project, actor }) {
    const unknown = unknownSets(sets, from, project);
    if (unknown !== undefined) return unknown;
    const conflicts: Refusal[] = [];
    const counts: SetCounts = {
      apply: 0,
      delete: 0,
      ...seenAs(sets, stageSetId(project, into), 'stage-set')?.counts,
    };
    const bases = new Map<string, { readonly index: number; readonly base: Bases }>();
    const entries: MergedEntry[] = [];
    const authors = createAuthors(peopleOf(actor));
    let moved = 0;
    for (const [name, candidates] of functions) {
      const winner = choose(candidates, onConflict);
      if (winner === undefined) {
        conflicts.push(conflict(name, candidates));
        continue;
      }
      const { ours, theirs } = candidates;
      if (ours !== undefined) counts[ours.operation] -= 1;
      counts[winner.operation] += 1;
      if (winner !== ours) moved += 1;
      authors.add(candidates);
      entries.push([
        name,
        winner.workload,
        winner.contentHash,
        indexOf(bases, winner.base),
        winner.stagedAt,
        theirs.map(({ stageSet }) => from.indexOf(stageSet)),
      ]);
    }
    const refused = refuse(conflicts, ['MERGE_CONFLICT']);
    if (refused !== undefined) return refused;
    const event: StageSetsMerged = {
      type: 'stage-sets-merged',
      project,
      into,
      counts,
      bases: [...bases.values()].map(({ base }) => base),
      entries,
      closed: [...from],
      ...authors.told(),
    };
    const result = { stageSet: into, moved, closed: from, entries: counts.apply + counts.delete };
    return accept([event], result);
  },
});

function unknownSets(sets: Seen, from: readonly string[], project: string): Decision | undefined {
  const errors = from.flatMap((name, index): Refusal[] => {
    const set = seenAs(sets, stageSetId(project, name), 'stage-set');
    if (set?.state === 'open') return [];
    const detail =
      set?.mergedInto === undefined ? 'no such stage set' : `was merged into "${set.mergedInto}" already`;
    return [{ pointer: `/params/from/${index}`, name, code: 'UNKNOWN_STAGE_SET', detail }];
  });
  return errors.length === 0
    ? undefined
    : reject(
        'UNKNOWN_STAGE_SET',
        `Project "${project}" has no open stage set ${errors.map(({ name }) => `"${name ?? ''}"`).join(', ')}.`,
        errors,
      );
}

/** The entry that `into` gets; undefined: a conflict. Identical entries are none, and the oldest home of one is kept. */
function choose(
  { ours, theirs }: Candidates,
  onConflict: 'reject' | 'ours' | 'theirs',
): StagedDocument | undefined {
  const all = ours === undefined ? theirs : [ours, ...theirs];
  const first = all[0];
  const last = all.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (all.every((entry) => sameDesired(entry, first))) return first;
  if (onConflict === 'theirs') return all.find((entry) => sameDesired(entry, last));
  return onConflict === 'ours' ? ours : undefined;
}

function conflict(name: string, { ours, theirs }: Candidates): Refusal {
  const sides = (ours === undefined ? theirs : [ours, ...theirs]).map(
    ({ stageSet, contentHash }) =>
      `"${stageSet}" ${contentHash === null ? 'deletes it' : `holds ${contentHash}`}`,
  );
  return {
    name,
    pointer: '/params/from',
    code: 'MERGE_CONFLICT',
    detail: `${sides.join(', ')}; un-stage it in one, or say onConflict`,
  };
}

/** Who staged each entry, in any of the sets: an entry that lost against another is part of how this one came about. */
function createAuthors(merging: readonly string[]): {
  readonly add: (candidates: Candidates) => void;
  readonly told: () => Pick<StageSetsMerged, 'authors'>;
} {
  const lists = new Map<string, { readonly index: number; readonly list: string[] }>();
  const of: number[] = [];
  let isPlain = true;
  return {
    add({ ours, theirs }) {
      const before = ours?.authors ?? [];
      const list = peopleAmong(before, ...theirs.map(({ authors = [] }) => authors));
      const key = JSON.stringify(list);
      // What the fold takes where nothing is said.
      if (key !== JSON.stringify(peopleAmong(before, merging))) isPlain = false;
      const known = lists.get(key) ?? { index: lists.size, list };
      lists.set(key, known);
      of.push(known.index);
    },
    told: () => (isPlain ? {} : { authors: { lists: [...lists.values()].map(({ list }) => list), of } }),
  };
}

function indexOf(bases: Map<string, { readonly index: number; readonly base: Bases }>, base: Bases): number {
  const key = JSON.stringify(Object.entries(base).sort(([left], [right]) => byCodeUnit(left, right)));
  const known = bases.get(key);
  if (known !== undefined) return known.index;
  const index = bases.size;
  bases.set(key, { index, base });
  return index;
}
