import { byCodeUnit } from '../../core/own.js';
import { patternPrefix } from './pattern-prefix.js';
import type { TopicFlow } from '../../core/topic-flow.js';

/** By node the nodes that what it writes flows into. */
export type Graph = readonly (readonly number[])[];

/**
 * Functions, topics and patterns as one graph: from a function to the topics that it writes, from those to who reads
 * them. Topics and patterns are nodes of their own, so that there are as many edges as there are names in configs, not as
 * many as pairs of writers and readers. The first nodes are the functions, in the order given.
 *
 * A pattern is never run: an expression from outside may take for ever on a name. It stands for all topics that begin as
 * it does, up to the first character with a meaning of its own. That may relate functions that have nothing to do with
 * each other, which costs a wave or puts them into one, and never leaves out who is related.
 */
export function flowGraph(flows: readonly (TopicFlow | undefined)[]): Graph {
  const graph: number[][] = flows.map(() => []);
  const node = (nodes: Map<string, number>, name: string): number => {
    const known = nodes.get(name);
    if (known !== undefined) return known;
    nodes.set(name, graph.length);
    return graph.push([]) - 1;
  };
  const topics = new Map<string, number>();
  const prefixes = new Map<string, number>();
  for (const [index, flow] of flows.entries()) {
    for (const topic of flow?.reads ?? []) graph[node(topics, topic)]?.push(index);
    for (const topic of flow?.writes ?? []) graph[index]?.push(node(topics, topic));
    for (const pattern of flow?.patterns ?? []) {
      const prefix = patternPrefix(pattern);
      if (prefix !== undefined) graph[node(prefixes, prefix)]?.push(index);
    }
  }
  if (prefixes.size > 0) relate(graph, topics, prefixes);
  return graph;
}

/** From each topic to the longest prefix that it begins with, and from each prefix to the longest shorter one. */
function relate(
  graph: number[][],
  topics: ReadonlyMap<string, number>,
  prefixes: ReadonlyMap<string, number>,
): void {
  const names = [...new Set([...prefixes.keys(), ...topics.keys()])].sort(byCodeUnit);
  // In this order everything that begins with a prefix stands right behind it.
  const open: string[] = [];
  for (const name of names) {
    while (open.length > 0 && !name.startsWith(open.at(-1) ?? '')) open.pop();
    const around = prefixes.get(open.at(-1) ?? '');
    const prefix = prefixes.get(name);
    const topic = topics.get(name);
    const matching = prefix ?? around;
    if (topic !== undefined && matching !== undefined) graph[topic]?.push(matching);
    if (prefix === undefined) continue;
    if (around !== undefined) graph[prefix]?.push(around);
    open.push(name);
  }
}

/**
 * For each of the first `functions` nodes how many functions lie behind it at most, one after the other; those in a circle
 * count as one. Tarjan's strongly connected components, without recursion: chains may be as long as a release.
 */
export function levelsOf(graph: Graph, functions: number): number[] {
  const order = new Int32Array(graph.length).fill(-1);
  const low = new Int32Array(graph.length);
  /** Levels of nodes whose component is complete; -1 before. */
  const levels = new Int32Array(graph.length).fill(-1);
  const pending: number[] = [];
  let reached = 0;

  const complete = (root: number): void => {
    const start = pending.lastIndexOf(root);
    const members = pending.splice(start);
    let level = 0;
    for (const member of members) {
      for (const target of graph[member] ?? []) {
        const known = levels[target] ?? -1;
        // Targets inside are not complete yet; a level behind a function is one further.
        if (known >= 0) level = Math.max(level, known);
      }
    }
    const holds = members.some((member) => member < functions);
    for (const member of members) levels[member] = level + (holds ? 1 : 0);
  };

  const visit = (first: number): void => {
    const path: { readonly node: number; next: number }[] = [];
    const enter = (node: number): void => {
      order[node] = low[node] = reached;
      reached += 1;
      pending.push(node);
      path.push({ node, next: 0 });
    };
    enter(first);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const target = graph[at.node]?.[at.next];
      if (target === undefined) {
        path.pop();
        if (low[at.node] === order[at.node]) complete(at.node);
        const above = path.at(-1)?.node;
        if (above !== undefined) low[above] = Math.min(low[above] ?? 0, low[at.node] ?? 0);
        continue;
      }
      at.next += 1;
      if (order[target] === -1) enter(target);
      else if (levels[target] === -1) low[at.node] = Math.min(low[at.node] ?? 0, order[target] ?? 0);
    }
  };

  for (let node = 0; node < graph.length; node += 1) if (order[node] === -1) visit(node);
  return Array.from({ length: functions }, (_, index) => (levels[index] ?? 1) - 1);
}
