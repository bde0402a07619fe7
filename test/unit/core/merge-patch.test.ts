import { configFor, mergePatch } from '../../../src/core/merge-patch.js';

describe('merge patches (RFC 7396, appendix A)', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('gives an environment its own config, without the patches and without changing the original', () => {
    const config = {
      name: 'f',
      userConfig: { a: 1, b: 2 },
      environments: { prod: { userConfig: { a: null, c: 3 } } },
    };
    const before = structuredClone(config);
    expect(configFor(config, 'prod')).toEqual({ name: 'f', userConfig: { b: 2, c: 3 } });
    expect(configFor(config, 'test')).toEqual({ name: 'f', userConfig: { a: 1, b: 2 } });
    expect(configFor(config, 'constructor')).toEqual({ name: 'f', userConfig: { a: 1, b: 2 } });
    expect(config).toEqual(before);
  });
});
