import { historyOf, isSuccess, failuresOf, type Content, type Model, type Release } from './model-state.js';

/** What a content does: the function `constructor` writes the topic that all functions read; sources and what is unknown do not. */
function flowOf(content: Content | undefined): { reads: boolean; writes: boolean } {
  const isFunction = typeof content === 'string' && content.includes('!function');
  return { reads: isFunction, writes: isFunction && content.startsWith('constructor@') };
}

/** What a function that is to be deleted does today. */
function presently(model: Model, name: string, environment: string): Content | undefined {
  const history = historyOf(model, name, environment);
  return history.findLast(({ state }) => isSuccess(state))?.content ?? history.at(-1)?.content;
}

/** Who reads goes before who writes; deletions come last, and there who writes goes before who reads. */
export function wavesFor(
  model: Model,
  planned: readonly (readonly [name: string, content: Content, ...unknown[]])[],
  environment: string,
): string[][] {
  const sorted = [...planned].sort(([one], [other]) => (one < other ? -1 : 1));
  const group = (
    which: readonly (readonly [string, Content | undefined])[],
    last: 'reads' | 'writes',
  ): string[][] => {
    const flows = which.map(([name, content]) => ({ name, ...flowOf(content) }));
    const writer = flows.find(({ writes }) => writes);
    const readers = flows.filter((flow) => flow.reads && flow !== writer);
    const later = writer === undefined || readers.length === 0 ? [] : last === 'writes' ? [writer] : readers;
    const first = flows.filter((flow) => !later.includes(flow));
    return [first, later].map((flow) => flow.map(({ name }) => name));
  };
  const applied = sorted.flatMap(([name, content]) => (content === null ? [] : [[name, content] as const]));
  const deleted = sorted.flatMap(([name, content]) =>
    content === null ? [[name, presently(model, name, environment)] as const] : [],
  );
  return [...group(applied, 'writes'), ...group(deleted, 'reads')].filter((names) => names.length > 0);
}

/** The next wave of a release begins. */
export function beginWave(model: Model, release: Release): void {
  const names = release.waves[release.begun] ?? [];
  release.begun += 1;
  release.failedBefore = failuresOf(release);
  model.begun.push({ release, names });
}
