import { roundedNumber } from '../../../src/core/json-numbers.js';

describe('numbers that JSON parsing would round', () => {
  it.each(['{"n":12345678901234567890}', '[-9007199254740993]', '{"a":"x","b":[1,9007199254740992]}'])(
    'finds one in %s',
    (json) => {
      expect(roundedNumber(json)).toMatch(/^-?\d+$/);
    },
  );

  it.each(['{"n":1e400}', '[-1E+309]', `[${'9'.repeat(300)}e10]`, `{"n":${'9'.repeat(400)}.5}`])(
    'finds one that would be infinite in %s',
    (json) => {
      const value = JSON.parse(json.replaceAll(/[[{}\]]|"n":/g, '')) as number;
      expect(Number.isFinite(value)).toBe(false);
      expect(Number(roundedNumber(json))).toBe(value);
    },
  );

  it.each([
    '{"n":9007199254740991}',
    '{"n":"12345678901234567890"}',
    '{"12345678901234567890":1}',
    '[0.12345678901234567890, 1e300, -1]',
    '{"1e400":"1e400"}',
    '[1e-400, 0e999]',
    '{"a":"\\"9007199254740993"}',
  ])('finds none in %s', (json) => {
    expect(roundedNumber(json)).toBeUndefined();
  });
});
