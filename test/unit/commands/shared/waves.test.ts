import fc from 'fast-check';
import { flowGraph, levelsOf } from '../../../../src/commands/shared/flow-graph.js';
import { patternPrefix } from '../../../../src/commands/shared/pattern-prefix.js';
import { inWaves, wavesOf, type FlowEntry } from '../../../../src/commands/shared/waves.js';
import { topicFlow } from '../../../../src/core/topic-flow.js';

const reads = (...inputs: string[]): object => ({ inputs });
const entry = (name: string, config: object, deletes = false): FlowEntry => ({
  name,
  deletes,
  flow: topicFlow(config as Record<string, unknown>),
});
const waves = (...entries: FlowEntry[]): Record<string, number> => Object.fromEntries(wavesOf(entries));

describe('the order of a release', () => {
  it('deploys who reads a topic before who writes it', () => {
    expect(
      waves(
        entry('source', { topicName: 'raw' }),
        entry('enrich', { ...reads('raw'), output: 'public/default/rich' }),
        entry('count', { ...reads('persistent://public/default/rich'), output: 'counts' }),
        entry('sink', reads('counts')),
        entry('alone', { ...reads('elsewhere'), output: 'nowhere' }),
      ),
    ).toEqual({ source: 3, enrich: 2, count: 1, sink: 0, alone: 0 });
  });

  it('lets functions in a circle share a wave', () => {
    expect(
      waves(
        entry('a', { ...reads('two'), output: 'one' }),
        entry('b', { ...reads('one'), output: 'two' }),
        entry('own', { ...reads('loop'), output: 'loop' }),
        entry('before', { ...reads('in'), output: 'one' }),
      ),
    ).toEqual({ a: 0, b: 0, own: 0, before: 1 });
  });

  it('deletes last, and who writes before who reads', () => {
    expect(
      waves(
        entry('old-sink', reads('raw'), true),
        entry('old-source', { topicName: 'raw' }, true),
        entry('other', reads('x'), true),
        { name: 'unknown', deletes: true, flow: undefined },
        entry('new', { ...reads('a'), output: 'b' }),
        entry('new-sink', reads('b')),
      ),
    ).toEqual({ 'new-sink': 0, new: 1, 'old-source': 2, other: 2, unknown: 2, 'old-sink': 3 });
  });

  it('needs no wave behind for deletions alone', () => {
    expect(waves(entry('a', reads('x'), true), entry('b', reads('y'), true))).toEqual({ a: 0, b: 0 });
  });

  it('relates a pattern to the topics that begin as it does, without running it', () => {
    const pattern = (topicsPattern: string) => entry('reader', { topicsPattern });
    const writer = entry('writer', { output: 'public/orders/new-eu' });
    expect(waves(pattern('persistent://public/orders/.*'), writer)).toEqual({ reader: 0, writer: 1 });
    expect(waves(pattern('public/orders/new-(eu|us)'), writer)).toEqual({ reader: 0, writer: 0 });
    expect(waves(pattern('persistent://public/other/.*'), writer)).toEqual({ reader: 0, writer: 0 });
    // One that takes for ever on a name like this one where it is run.
    expect(
      waves(
        pattern('persistent://public/orders/(a+)+$'),
        entry('writer', { output: `public/orders/${'a'.repeat(60)}!` }),
      ),
    ).toEqual({ reader: 0, writer: 0 });
  });

  it('relates topics to every pattern around them', () => {
    const all = [
      entry('wide', { topicsPattern: 'persistent://public/default/.*' }),
      entry('narrow', { topicsPattern: 'persistent://public/default/ord.*', output: 'public/other/out' }),
      entry('writer', { output: 'orders' }),
      entry('same', { output: 'ord' }),
    ];
    expect(waves(...all)).toEqual({ wide: 0, narrow: 0, writer: 1, same: 1 });
    expect(waves(...all, entry('last', reads('public/other/out')))).toEqual({
      ...{ wide: 0, last: 0, narrow: 1, writer: 2, same: 2 },
    });
  });

  it('squeezes a long chain and keeps its order', () => {
    const chain = Array.from({ length: 50 }, (_, index) =>
      entry(`f${String(index).padStart(2, '0')}`, { ...reads(`t${index}`), output: `t${index + 1}` }),
    );
    const found = [...wavesOf(chain).values()];
    expect(new Set(found).size).toBe(15);
    expect([...found].sort((a, b) => b - a)).toEqual(found);
  });

  it('lists entries by wave and name, and says nothing of waves where there is one', () => {
    const flows = new Map([
      ['a', topicFlow({ output: 't' })],
      ['b', topicFlow(reads('t') as Record<string, unknown>)],
    ]);
    const entries = ['c', 'b', 'a'].map((name) => ({ name, contentHash: 'x' }));
    const ordered = inWaves(entries, flows);
    expect(ordered.entries.map(({ name }) => name)).toEqual(['b', 'c', 'a']);
    expect(ordered.waves).toEqual([2, 1]);
    expect(inWaves(entries, new Map()).waves).toBeUndefined();
    expect(inWaves(entries, new Map()).entries.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('has no wave without a function, and never a writer before its reader but in a circle or a squeezed chain', () => {
    const topic = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const some = fc.array(
      fc.record({ inputs: fc.uniqueArray(topic, { maxLength: 2 }), output: fc.option(topic, { nil: '' }) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(some, (configs) => {
        const flows = configs.map((config) => topicFlow(config));
        const levels = levelsOf(flowGraph(flows), flows.length);
        expect([...new Set(levels)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: Math.max(...levels) + 1 }, (_, index) => index),
        );
        const flowsInto = (from: number, to: number): boolean =>
          flows[from]!.writes.some((name) => flows[to]!.reads.includes(name));
        const reaches = (from: number, to: number, seen = new Set<number>()): boolean =>
          flows.some((_, next) => {
            if (!flowsInto(from, next) || seen.has(next)) return false;
            return next === to || reaches(next, to, seen.add(next));
          });
        const all = [...flows.keys()];
        const wrong = all.flatMap((writer) =>
          all.filter((reader) => {
            if (!flowsInto(writer, reader)) return false;
            const circle = writer === reader || reaches(reader, writer);
            return circle ? levels[writer] !== levels[reader] : levels[writer]! <= levels[reader]!;
          }),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('takes 5,000 functions with as many patterns, each in a chain, at once', () => {
    const many = Array.from({ length: 5_000 }, (_, index) =>
      entry(`f${index}`, {
        ...reads(`t${index}`),
        topicsPattern: `persistent://public/default/t${index % 100}.*`,
        output: `t${index + 1}`,
      }),
    );
    const graph = flowGraph(many.map(({ flow }) => flow));
    // Edges, not pairs: the bound on the work.
    expect(graph.reduce((sum, targets) => sum + targets.length, 0)).toBeLessThan(5 * many.length);
    expect(wavesOf(many).size).toBe(5_000);
  });
});

describe('what a pattern says for certain', () => {
  it.each([
    ['persistent://public/default/ord.*', 'persistent://public/default/ord'],
    ['^persistent://public/default/ord-[0-9]+$', 'persistent://public/default/ord-'],
    ['persistent://public/default/v1\\.orders', 'persistent://public/default/v1.orders'],
    ['persistent://public/default/a\\d+', 'persistent://public/default/a'],
    ['persistent://public/default/orders?', 'persistent://public/default/order'],
    ['public/default/.*', 'persistent://public/default/'],
    ['ord.*', 'persistent://public/default/ord'],
    ['.*', 'persistent://public/default/'],
    ['persistent://public/.*', undefined],
    ['(persistent|non-persistent)://public/default/x', undefined],
    ['[a-z]+/default/x', undefined],
    ['persistent://public/default/a|persistent://public/default/b', undefined],
    ['', 'persistent://public/default/'],
  ])('%s: %s', (pattern, prefix) => {
    expect(patternPrefix(pattern)).toBe(prefix);
  });
});
