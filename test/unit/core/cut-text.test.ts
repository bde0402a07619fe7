import { cutText } from '../../../src/core/cut-text.js';

describe('the beginning of a text', () => {
  it('is the text where that is short', () => {
    expect(cutText('abc', 3)).toBe('abc');
  });

  it('ends in an ellipsis, which counts', () => {
    expect(cutText('abcd', 3)).toBe('ab…');
  });

  it('never ends in half of a pair', () => {
    expect(cutText('a😀bcd', 3)).toBe('a…');
    expect(cutText('a😀bcd', 4)).toBe('a😀…');
  });
});
