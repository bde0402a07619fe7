import { flowContract, type FlowEntry } from '../../../src/deployer/flow-contract.js';

const topic = (name: string): string => `persistent://public/default/${name}`;
/** A function that reads the one and writes the other: `raw>parsed`. */
const fn = (name: string, flow: string, more: object = {}): FlowEntry => {
  const [reads = '', writes] = flow.split('>');
  const output = writes === undefined ? {} : { output: topic(writes) };
  return {
    function: `public/default/${name}`,
    config: { type: 'function', inputs: [topic(reads)], ...output, ...more },
  };
};
const gone = (name: string): FlowEntry => ({ function: `public/default/${name}`, config: undefined });

const DEPLOYED = [fn('parse', 'raw>parsed'), fn('enrich', 'parsed>rich'), fn('store', 'rich')];
const found = (set: readonly FlowEntry[], deployed: readonly FlowEntry[] = DEPLOYED): string[] =>
  [...flowContract(set, deployed)].flatMap(([name, notices]) =>
    notices.map(({ code, blocks, detail }) => `${name} ${code}${blocks ? '!' : ''}: ${detail}`),
  );

describe('the contract between functions', () => {
  it('holds while everybody reads and writes what they did', () => {
    expect(found([fn('parse', 'raw>parsed', { parallelism: 2 })])).toEqual([]);
  });

  it('warns of an output that changes while somebody reads the old one', () => {
    const [notice, ...more] = found([fn('parse', 'raw>other')]);
    expect(more).toEqual([]);
    expect(notice).toContain('public/default/parse FLOW_BROKEN: It writes');
    expect(notice).toContain('public/default/enrich still reads it');
  });

  it('holds where the reader moves along, or another function writes the topic', () => {
    expect(found([fn('parse', 'raw>other'), fn('enrich', 'other>rich')])).toEqual([]);
    expect(found([fn('parse', 'raw>other'), fn('parse2', 'raw>parsed')])).toEqual([]);
  });

  it('warns the reader in the set of a writer that goes', () => {
    const notices = found([gone('parse'), fn('enrich', 'parsed>rich')]);
    expect(notices).toHaveLength(2);
    expect(notices[1]).toContain('public/default/enrich FLOW_BROKEN: It reads');
    expect(notices[1]).toContain('so far public/default/parse did');
  });

  it('has nothing against topics that come from outside', () => {
    expect(found([fn('new', 'from-outside>to-outside')])).toEqual([]);
    expect(found([gone('store')])).toEqual([]);
  });

  it('counts readers by pattern, by what all its topics begin with', () => {
    const reader = {
      function: 'public/default/all',
      config: { topicsPattern: 'persistent://public/default/par.*' },
    };
    const [notice] = found([fn('parse', 'raw>other')], [fn('parse', 'raw>parsed'), reader]);
    expect(notice).toContain('public/default/all still reads it');
  });

  it.each([
    ['schemas', { outputSchemaType: 'avro' }, { schemaType: 'JSON' }],
    ['serdes', { outputSerdeClassName: 'a.Serde' }, { serdeClassName: 'b.Serde' }],
    ['a serde and a schema', { outputSerdeClassName: 'a.Serde' }, { schemaType: 'STRING' }],
  ])(
    'warns of %s that differ between writer and reader, on the one that is in the set',
    (_w, written, read) => {
      const writer = fn('parse', 'raw>parsed', written);
      const reader = {
        function: 'public/default/enrich',
        config: { inputSpecs: { [topic('parsed')]: read }, output: topic('rich') },
      };
      expect(found([writer], [reader])).toEqual([
        expect.stringContaining('public/default/parse SCHEMA_MISMATCH: It writes') as string,
      ]);
      expect(found([reader], [writer])).toEqual([
        expect.stringContaining(
          'public/default/enrich SCHEMA_MISMATCH: public/default/parse writes',
        ) as string,
      ]);
    },
  );

  it.each([
    ['the same in another case', { outputSchemaType: 'json' }, { schemaType: 'JSON' }],
    ['one that takes anything', { outputSchemaType: 'JSON' }, { schemaType: 'AUTO_CONSUME' }],
    ['none on one side', { outputSchemaType: 'JSON' }, {}],
  ])('takes %s as fitting', (_what, written, read) => {
    const reader = { function: 'public/default/enrich', config: { inputSpecs: { [topic('parsed')]: read } } };
    expect(found([fn('parse', 'raw>parsed', written)], [reader])).toEqual([]);
  });

  it('compares a source by its topic and its schema', () => {
    const source = {
      function: 'public/default/src',
      config: { topicName: topic('raw'), schemaType: 'AVRO' },
    };
    const reader = {
      function: 'public/default/r',
      config: { inputSpecs: { [topic('raw')]: { schemaType: 'JSON' } } },
    };
    expect(found([source], [reader])).toHaveLength(1);
  });

  it('says no more than twenty things of one function, and names five at most', () => {
    const readers = Array.from({ length: 30 }, (_, index) => fn(`r${index}`, 'parsed'));
    const [notice] = found([gone('parse')], [fn('parse', 'raw>parsed'), ...readers]);
    expect(notice).toContain('and 25 more still read it');
  });

  it('looks at 5,000 functions in one go', () => {
    const chain = Array.from({ length: 5000 }, (_, index) => fn(`f${index}`, `t${index}>t${index + 1}`));
    const moved = chain.map((entry, index) => (index === 2500 ? fn('f2500', 't2500>elsewhere') : entry));
    expect(found(moved, chain)).toHaveLength(2);
  });
});
