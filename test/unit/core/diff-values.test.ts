import fc from 'fast-check';
import { diffValues } from '../../../src/core/diff-values.js';
import type { ValueChange } from '../../../src/core/history.js';
import { applyChanges } from '../../support/apply-changes.js';

const json = fc.jsonValue({ maxDepth: 4 });

describe('diffValues', () => {
  it.each<[string, [unknown, unknown], ValueChange[]]>([
    ['nothing', [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }], []],
    [
      'a value',
      [
        { a: 1, b: 2 },
        { a: 1, b: 3 },
      ],
      [{ pointer: '/b', before: 2, after: 3 }],
    ],
    ['a new field', [{}, { a: null }], [{ pointer: '/a', after: null }]],
    ['a field that is gone', [{ a: 1 }, {}], [{ pointer: '/a', before: 1 }]],
    ['an item', [{ a: [1, 2] }, { a: [1, 3] }], [{ pointer: '/a/1', before: 2, after: 3 }]],
    [
      'a list of another length',
      [{ a: [1] }, { a: [1, 2] }],
      [{ pointer: '/a', before: [1], after: [1, 2] }],
    ],
    ['a value of another kind', [{ a: [] }, { a: {} }], [{ pointer: '/a', before: [], after: {} }]],
    ['a whole value', [undefined, { a: 1 }], [{ pointer: '', after: { a: 1 } }]],
    [
      'keys that need escapes or are traps',
      [{ 'a/b~c': 1, constructor: 1 }, JSON.parse('{"a/b~c":2,"__proto__":3}')],
      [
        { pointer: '/a~1b~0c', before: 1, after: 2 },
        { pointer: '/constructor', before: 1 },
        { pointer: '/__proto__', after: 3 },
      ],
    ],
  ])('tells %s', (_what, [before, after], expected) => {
    expect(diffValues(before, after)).toEqual(expected);
  });

  it('tells too many changes as one', () => {
    const before = Array.from({ length: 201 }, (_, index) => index);
    const after = before.map((value) => value + 1);
    expect(diffValues({ list: before }, { list: after })).toEqual([
      { pointer: '', before: { list: before }, after: { list: after } },
    ]);
    expect(diffValues(before.slice(1), after.slice(1))).toHaveLength(200);
  });

  it('leads from the one to the other, whatever they are', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(applyChanges(before, diffValues(before, after))).toEqual(after);
      }),
    );
  });

  it('has nothing to say about what is the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(diffValues(value, structuredClone(value))).toEqual([]);
      }),
    );
  });
});
