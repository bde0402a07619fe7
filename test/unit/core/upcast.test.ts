import { upcast } from '../../../src/core/upcast.js';

describe('upcast', () => {
  const second = {
    2: (raw: Readonly<Record<string, unknown>>) => ({ ...raw, v: 3, command: raw['request'] }),
  };
  const both = {
    ...second,
    1: (raw: Readonly<Record<string, unknown>>) => ({ ...raw, v: 2, request: raw['asked'] }),
  };

  it('leaves a record of today as it is', () => {
    const raw = { v: 1, position: 7 };
    expect(upcast(raw)).toBe(raw);
  });

  it('takes an old record through every version in between', () => {
    expect(upcast({ v: 1, position: 7, asked: 'x' }, both, 3)).toMatchObject({
      v: 3,
      position: 7,
      command: 'x',
    });
    expect(upcast({ v: 2, position: 7, request: 'y' }, both, 3)).toMatchObject({ v: 3, command: 'y' });
  });

  it.each([[2], [99], ['1'], [undefined], [null]])(
    'refuses version %p, which this release does not know',
    (v) => {
      expect(() => upcast({ v, position: 7 })).toThrow(
        /record at position 7 has version .*: start the release/,
      );
    },
  );

  it('refuses an old version whose step is missing', () => {
    expect(() => upcast({ v: 1, position: 7 }, second, 3)).toThrow(
      /position 7 has version 1, this release reads up to 3/,
    );
  });
});
