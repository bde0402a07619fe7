import fc from 'fast-check';
import {
  brokenText,
  countNames,
  repeatedNames,
  shapeOf,
  unspeakableName,
} from '../../../src/core/json-names.js';
import { parseJson } from '../../../src/core/parse-json.js';

/** Names that meet, and traps among them. */
const name = fc.constantFrom('a', 'b', 'x:y', '"', '\\', '{', '__proto__', '0', 'é', '\u2028');
const node: fc.Arbitrary<Written> = fc.letrec<{ node: Written }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .constantFrom('1', '"a\\":{"', 'null', '"\\\\"', '[]', '{}', 'true')
      .map((json) => ({ json, repeats: 0 })),
    fc.array(tie('node'), { maxLength: 4 }).map((items) => ({
      json: `[ ${items.map(({ json }) => json).join(' ,')}]`,
      repeats: items.reduce((sum, { repeats }) => sum + repeats, 0),
    })),
    fc.array(fc.tuple(name, tie('node'), fc.boolean()), { maxLength: 5 }).map((fields) => ({
      json: `{${fields.map(([key, { json }, escaped]) => `${written(key, escaped)} :${json}`).join(', ')}}`,
      repeats:
        fields.reduce((sum, [, { repeats }]) => sum + repeats, 0) +
        fields.length -
        new Set(fields.map(([key]) => key)).size,
    })),
  ),
})).node;

/** JSON text, and how many names in it are repeats. */
interface Written {
  readonly json: string;
  readonly repeats: number;
}

/** A name can be written in more than one way. */
function written(key: string, escaped: boolean): string {
  if (!escaped) return JSON.stringify(key);
  return `"${Array.from({ length: key.length }, (_, at) => key.charAt(at))
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')}"`;
}

const count = (value: unknown): number =>
  typeof value === 'object' && value !== null ? countNames(value) : 0;

describe('the names of JSON text', () => {
  it('are as many as in its value where none is repeated, and more where one is', () => {
    fc.assert(
      fc.property(node, ({ json, repeats }) => {
        const names = count(parseJson(json));
        const bytes = Buffer.from(json);
        expect(shapeOf(bytes).names > names).toBe(repeats > 0);
        expect(repeatedNames(bytes)).toHaveLength(repeats);
      }),
    );
  });

  it('are told by their paths where they are repeated', () => {
    const json =
      '{"a":1,"b":[{"x":1,"\\u0078":{"q":1}},2,{"y/":1,"y/":2}],"__proto__":1,"__proto__":2,"a":3}';
    expect(repeatedNames(Buffer.from(json))).toEqual([
      ['b', '0', 'x'],
      ['b', '2', 'y/'],
      ['__proto__'],
      ['a'],
    ]);
  });

  it('are repeated within one object only', () => {
    expect(repeatedNames(Buffer.from('{"a":{"a":1},"b":{"a":[{"a":1},{"a":"\\"a\\":"}]}}'))).toEqual([]);
  });
});

describe('a name that needs an escape', () => {
  it.each([
    ['{"a":[{"x":1},{"q\\"":2}]}', ['a', '1', 'q"']],
    ['{"\\\\":1}', ['\\']],
    ['{"a":{"\\n":1}}', ['a', '\n']],
  ])('is found in %s', (json, path) => {
    expect(unspeakableName(parseJson(json))).toEqual(path);
  });

  it('is not one that was only written with one', () => {
    expect(unspeakableName(parseJson('{"gr\\u00fcn":{"\\u0061":["\\"\\\\"]}}'))).toBeUndefined();
  });
});

describe('text that is no text', () => {
  it.each([
    ['"\\ud800"', []],
    ['{"a":["x",{"b":"\\uDFFF\\ud83d"}]}', ['a', '1', 'b']],
    ['{"a":{"\\ud83dx":1}}', ['a', '']],
  ])('is found in %s', (json, path) => {
    expect(brokenText(json, parseJson(json))).toEqual(path);
  });

  it.each(['"\\ud83d\\ude00"', '"😀"', '"\\\\ud800"', '{"\\ud83d\\ude00":"d800"}'])(
    'is not found in %s',
    (json) => {
      expect(brokenText(json, parseJson(json))).toBeUndefined();
    },
  );
});
