import { roundedNumber } from '../../../src/core/json-numbers.js';

describe('numbers that JSON parsing would round', () => {
  it.each(['{"n":12345678901234567890}', '[-9007199254740993]', '{"a":"x","b":[1,9007199254740992]}'])(
    'finds one in %s',
    (json) => {
      expect(roundedNumber(json)).toMatch(/^-?\d+$/);
    },
  );

  it.each([
    '{"n":9007199254740991}',
    '{"n":"12345678901234567890"}',
    '{"12345678901234567890":1}',
    '[0.12345678901234567890, 1e300, -1]',
    '{"a":"\\"9007199254740993"}',
  ])('finds none in %s', (json) => {
    expect(roundedNumber(json)).toBeUndefined();
  });
});
