import { viewPayload } from '../../../src/core/payload-view.js';

const view = (payload: string | Buffer, complete = true) =>
  viewPayload(Buffer.from(payload as string), complete);

describe('a payload as it may be shown', () => {
  it('is JSON where it is JSON, secrets masked, references to them not', () => {
    const payload = { command: 'x', params: { password: 'hunter2', token: { $secret: 'db' }, n: 1 } };
    expect(view(JSON.stringify(payload))).toEqual({
      json: { command: 'x', params: { password: '[redacted]', token: { $secret: 'db' }, n: 1 } },
    });
  });

  it.each(['null', '1', '"text"', '[]'])('is JSON also where that is %s', (text) => {
    expect(view(text)).toEqual({ json: JSON.parse(text) as unknown });
  });

  it('is text where it is not, on one line, secrets masked', () => {
    expect(view('{"password": "hunter2",\n\u001b[2J')).toEqual({
      text: '{"password": [redacted],\\n\\u001b[2J',
      cut: false,
    });
  });

  it('is text where it was cut, although what is left is JSON', () => {
    expect(view('{}', false)).toEqual({ text: '{}', cut: true });
  });

  it('is text where it is nested too deeply to walk through', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const shown = view(deep);
    expect(shown).toMatchObject({ cut: true, text: expect.stringMatching(/^\[{2000}$/) as string });
    expect(view('['.repeat(100) + ']'.repeat(100))).toHaveProperty('json');
  });

  it('is the beginning of a long text', () => {
    expect(view('x'.repeat(2_000))).toEqual({ text: 'x'.repeat(2_000), cut: false });
    expect(view('x'.repeat(2_001))).toEqual({ text: 'x'.repeat(2_000), cut: true });
  });

  it('shows bytes that are no UTF-8', () => {
    expect(viewPayload(Buffer.from([0x61, 0xff, 0x00]), true)).toEqual({
      text: 'a\ufffd\\u0000',
      cut: false,
    });
  });

  it('keeps names that mean something to JavaScript', () => {
    const text = '{"__proto__":{"secret":"s3cret-value"},"constructor":1}';
    expect(JSON.stringify(view(text))).toBe('{"json":{"__proto__":{"secret":"[redacted]"},"constructor":1}}');
  });
});
