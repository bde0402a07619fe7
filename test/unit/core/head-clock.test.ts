import { createHeadClock } from '../../../src/core/head-clock.js';

describe('the clock of the head', () => {
  let now = 0;
  const clock = () => {
    now = 1_000_000;
    return createHeadClock(() => now);
  };
  const note = (head: ReturnType<typeof createHeadClock>, position: number, afterMs: number) => {
    now += afterMs;
    head.note(position);
  };

  it('tells how long there has been something above a position', () => {
    const head = clock();
    note(head, 5, 1_000);
    note(head, 9, 10_000);
    now += 4_000;
    expect([head.sinceAbove(9), head.sinceAbove(5), head.sinceAbove(2)]).toEqual([0, 4_000, 14_000]);
  });

  it('counts what was there before from its own beginning', () => {
    const head = clock();
    note(head, 500, 0);
    now += 3_000;
    expect(head.sinceAbove(0)).toBe(3_000);
  });

  it('says little of a consumer that follows at a distance, however long that goes on', () => {
    const head = clock();
    for (let position = 1; position <= 5_000; position += 1) note(head, position, 1_000);
    expect(head.sinceAbove(4_998)).toBeLessThanOrEqual(2_000);
    expect(head.sinceAbove(10)).toBeGreaterThanOrEqual(4_989_000);
  });

  it('never says less than it is where moves follow each other fast', () => {
    const head = clock();
    for (let position = 1; position <= 3_000; position += 1) note(head, position, 10);
    for (const position of [0, 1, 700, 1_500, 2_998])
      expect(head.sinceAbove(position)).toBeGreaterThanOrEqual((2_999 - position) * 10);
    expect(head.sinceAbove(2_999)).toBeLessThanOrEqual(250);
  });
});
