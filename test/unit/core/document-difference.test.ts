import { createDifferenceList, differingValues } from '../../../src/core/document-difference.js';

describe('the values in which documents differ', () => {
  it('are told by JSON pointer, with what each of the two holds', () => {
    const expected = { kind: 'x', position: 3, of: { 'a/b': 1, list: [1, 2] } };
    const found = { kind: 'x', position: 3, of: { 'a/b': 2, list: [1, 3] }, more: null };
    expect(differingValues(expected, found)).toEqual({
      differing: 3,
      values: [
        { pointer: '/of/a~1b', expected: '1', found: '2' },
        { pointer: '/of/list/1', expected: '2', found: '3' },
        { pointer: '/more', found: 'null' },
      ],
    });
  });

  it('are bounded in number and length', () => {
    const many = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`f${index}`, 'x'.repeat(1_000)]),
    );
    const { values, differing } = differingValues({}, many);
    expect(differing).toBe(50);
    expect(values).toHaveLength(5);
    expect(values[0]?.found?.length).toBeLessThanOrEqual(201);
  });

  it('show no secret, also where it stands only in one of the two', () => {
    const told = differingValues(
      { config: { userConfig: { password: 'one-secret', plain: 'a' } } },
      { config: { userConfig: { password: 'another-one', plain: 'b' } } },
    );
    expect(told.values).toEqual([
      { pointer: '/config/userConfig/password', expected: '"[redacted]"', found: '"[redacted]"' },
      { pointer: '/config/userConfig/plain', expected: '"a"', found: '"b"' },
    ]);
  });

  it('are kept for the first documents only, and counted for all', () => {
    const list = createDifferenceList();
    for (let index = 0; index < 1_000; index += 1)
      list.add({ id: String(index), kind: 'missing', position: 1 });
    const { differing, differences } = list.told();
    expect(differing).toBe(1_000);
    expect(differences).toHaveLength(200);
  });
});
