import fc from 'fast-check';
import { parseJson } from '../../../src/core/parse-json.js';

/** Names that are written with escapes, that look like one when cut short, and plain ones. */
const name = fc.constantFrom('a', '"', '\\', '\n', 'a"b', 'a\\b', 'a\\"', 'ü', '__proto__', '0', 'name-0-0');

interface Written {
  readonly json: string;
  readonly value: unknown;
}

/** A name can be written in more than one way, and may stand far from its colon. */
function written(key: string, escaped: boolean): string {
  const units = Array.from({ length: key.length }, (_, at) => key.charCodeAt(at).toString(16));
  return escaped ? `"${units.map((unit) => `\\u${unit.padStart(4, '0')}`).join('')}"` : JSON.stringify(key);
}

const node: fc.Arbitrary<Written> = fc.letrec<{ node: Written }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(1, 'a":{"', null, '\\', '"', 'ü\n').map((value) => ({
      json: JSON.stringify(value),
      value,
    })),
    fc.array(tie('node'), { maxLength: 4 }).map((items) => ({
      json: `[ ${items.map(({ json }) => json).join(' ,')}]`,
      value: items.map(({ value }) => value),
    })),
    fc.array(fc.tuple(name, tie('node'), fc.boolean()), { maxLength: 5 }).map((fields) => ({
      json: `{${fields.map(([key, { json }, escaped]) => `${written(key, escaped)}${' '.repeat(60)}\t\n:${json}`).join(', ')}}`,
      value: Object.fromEntries(fields.map(([key, { value }]) => [key, value])),
    })),
  ),
})).node;

describe('JSON text', () => {
  it('is read to the letter, however its names are written and whatever was read before', () => {
    fc.assert(
      fc.property(node, ({ json, value }) => {
        expect(parseJson(json)).toStrictEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps a name apart from one that looks like the beginning of how it is written', () => {
    parseJson('{"h":[],"\\\\":0}');
    expect(parseJson('{"h":1,"\\"":2}')).toStrictEqual({ h: 1, '"': 2 });
  });

  it('is refused as ever where it is none, and read as ever where it is very deep', () => {
    expect(() => parseJson('{"\\u0061":1')).toThrow(SyntaxError);
    const deep = `${'['.repeat(5_000)}{"\\u0061":1}${']'.repeat(5_000)}`;
    expect(Array.isArray(parseJson(deep))).toBe(true);
  });
});
