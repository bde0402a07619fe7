import fc from 'fast-check';
import { findJsonFault } from '../../../src/core/json-fault.js';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'a value is expected'],
    ['{"a":x}', 5, 'a value is expected'],
    ['{"a":1,}', 7, 'a name in double quotes is expected'],
    ['{a:1}', 1, 'a name in double quotes or "}" is expected'],
    ['{"a" 1}', 5, '":" is expected'],
    ['{"a":1 "b":2}', 7, '"," or "}" is expected'],
    ['[1,]', 3, 'a value is expected'],
    ['[1', 2, '"," or "]" is expected'],
    ['{} {}', 3, 'the text should end'],
    ['"abc', 4, 'the text in quotes does not end'],
    ['"a\\x"', 2, 'this is no escape'],
    ['"a\u0001"', 2, 'a control character in a text must be escaped'],
    ['01', 1, 'the text should end'],
  ])('finds the fault in %j at %i', (text, position, expected) => {
    expect(findJsonFault(text)).toMatchObject({ position, expected });
  });

  it('counts lines and columns from 1', () => {
    expect(findJsonFault('{\n  "a": 1\n  "b": 2\n}')).toMatchObject({ line: 3, column: 3 });
  });

  it('finds no fault in JSON, and one in whatever JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, inserted) => {
        expect(findJsonFault(json)).toBeUndefined();
        const cut = at % (json.length + 1);
        const changed = json.slice(0, cut) + inserted + json.slice(cut + (at % 3));
        expect(findJsonFault(changed) === undefined).toBe(parses(changed));
      }),
      { numRuns: 2_000 },
    );
  });

  it('bears deep nesting and long strings', () => {
    expect(findJsonFault('['.repeat(200_000))).toMatchObject({ position: 200_000 });
    expect(findJsonFault(`["${'x'.repeat(1_000_000)}"`)).toMatchObject({
      expected: '"," or "]" is expected',
    });
  });
});
