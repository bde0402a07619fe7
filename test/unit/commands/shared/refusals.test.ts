import { capped, MAX_ITEMS } from '../../../../src/commands/shared/refusals.js';

describe('what a refusal lists', () => {
  it('is all of it where it is little', () => {
    const items = [
      { pointer: '/params', detail: 'x' },
      { name: 'a', detail: 'y' },
    ];
    expect(capped(items)).toEqual(items);
  });

  it('says how much more there is', () => {
    const items = Array.from({ length: MAX_ITEMS + 7 }, (_, index) => ({ detail: String(index) }));
    expect(capped(items)).toHaveLength(MAX_ITEMS + 1);
    expect(capped(items).at(-1)).toEqual({ detail: 'and 7 more' });
  });

  it('fits into a reply, whatever names the command has', () => {
    const items = Array.from({ length: MAX_ITEMS }, () => ({ pointer: '~0'.repeat(100_000), detail: 'x' }));
    expect(JSON.stringify(capped(items)).length).toBeLessThan(512 * 1024);
  });
});
