import { settledThrough, withSkipped } from '../../../src/core/skipped-numbers.js';

const range = (first: number, through: number) => ({ first, through });

describe('numbers that are never published', () => {
  it.each([
    [4, undefined, 4],
    [4, [], 4],
    [4, [range(5, 7)], 7],
    [4, [range(6, 7)], 4],
    [4, [range(5, 7), range(8, 8), range(10, 12)], 8],
    [0, [range(1, 3)], 3],
    // Some of them had left all the same.
    [6, [range(5, 7)], 7],
    [9, [range(5, 7)], 9],
  ])('behind %j with %j: nothing is owed up to %j', (published, skipped, settled) => {
    expect(settledThrough(published, skipped)).toBe(settled);
  });

  it('are kept in order, and none where there is none', () => {
    expect(withSkipped([range(8, 9)], range(2, 3))).toEqual([range(2, 3), range(8, 9)]);
    expect(withSkipped([range(8, 9)], range(3, 2))).toEqual([range(8, 9)]);
  });
});
