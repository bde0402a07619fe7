import { byCodeUnit } from '../../core/own.js';
import type { TopicFlow } from '../../core/topic-flow.js';
import { flowGraph, levelsOf } from './flow-graph.js';

/** One function of a release to be, as far as its place in the order goes. */
export interface FlowEntry {
  readonly name: string;
  readonly deletes: boolean;
  /** Of a deletion: what it does today. Undefined: not known, it has no relations. */
  readonly flow: TopicFlow | undefined;
}

/** Rounds at most: each costs the time from a wave's last outcome to the next one's first request. Longer chains are squeezed. */
const MAX_APPLY_WAVES = 15;
const MAX_DELETE_WAVES = 5;

/**
 * The wave of each function, from 0. Who reads a topic is deployed before who writes it, so that nothing is written that
 * nobody reads yet; functions in a circle share a wave. Deletions come last, and who writes goes before who reads.
 * Functions without relations are in the first wave of their kind.
 */
export function wavesOf(entries: readonly FlowEntry[]): Map<string, number> {
  const applied = levelled(
    entries.filter(({ deletes }) => !deletes),
    MAX_APPLY_WAVES,
    'readers-first',
  );
  const deleted = levelled(
    entries.filter(({ deletes }) => deletes),
    MAX_DELETE_WAVES,
    'writers-first',
  );
  const behind = depthOf(applied);
  return new Map([...applied, ...[...deleted].map(([name, wave]) => [name, behind + wave] as const)]);
}

export interface OrderedEntry {
  readonly name: string;
  readonly contentHash: string | null;
}

/** The entries by wave and name, with the size of each wave where there are several. */
export function inWaves<Entry extends OrderedEntry>(
  entries: readonly Entry[],
  flows: ReadonlyMap<string, TopicFlow>,
): { readonly entries: Entry[]; readonly waves: number[] | undefined } {
  const wave = wavesOf(
    entries.map(({ name, contentHash }) => ({ name, deletes: contentHash === null, flow: flows.get(name) })),
  );
  const of = ({ name }: Entry): number => wave.get(name) ?? 0;
  const sorted = [...entries].sort((a, b) => of(a) - of(b) || byCodeUnit(a.name, b.name));
  const sizes: number[] = [];
  for (const entry of sorted) sizes[of(entry)] = (sizes[of(entry)] ?? 0) + 1;
  return { entries: sorted, waves: sizes.length > 1 ? sizes : undefined };
}

type Order = 'readers-first' | 'writers-first';

function levelled(entries: readonly FlowEntry[], limit: number, order: Order): Map<string, number> {
  const graph = flowGraph(entries.map(({ flow }) => flow));
  const levels = levelsOf(order === 'readers-first' ? graph : reversed(graph), entries.length);
  const depth = levels.reduce((most, level) => Math.max(most, level + 1), 0);
  const squeezed = (level: number): number => (depth <= limit ? level : Math.floor((level * limit) / depth));
  return new Map(entries.map(({ name }, index) => [name, squeezed(levels[index] ?? 0)]));
}

function depthOf(waves: ReadonlyMap<string, number>): number {
  let depth = 0;
  for (const wave of waves.values()) depth = Math.max(depth, wave + 1);
  return depth;
}

function reversed(graph: readonly (readonly number[])[]): number[][] {
  const turned: number[][] = graph.map(() => []);
  for (const [from, targets] of graph.entries()) for (const to of targets) turned[to]?.push(from);
  return turned;
}
