import { printable } from '../../../src/core/printable.js';

describe('printable', () => {
  it('writes control characters as JSON does, on one line', () => {
    expect(printable('a\n\tb\r\u001b[31mc\u009b2J\u0000')).toBe('a\\n\\tb\\r\\u001b[31mc\\u009b2J\\u0000');
  });

  it('writes out what turns the direction of text or is not to be seen', () => {
    expect(printable('user\u202etxt.exe\u200b\u2066\u2028')).toBe('user\\u202etxt.exe\\u200b\\u2066\\u2028');
  });

  it('leaves everything else', () => {
    expect(printable('größe “5” 日本 🚀')).toBe('größe “5” 日本 🚀');
  });
});
