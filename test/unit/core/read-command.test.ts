import fc from 'fast-check';
import { depthOf, readCommand } from '../../../src/core/read-command.js';

const limits = { maxBytes: 2_000, maxDepth: 8 };
const id = '0193a5a0-0000-7000-8000-000000000001';
const read = (value: unknown) =>
  readCommand(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), limits);

describe('reading a command', () => {
  it('takes a command that matches its schema', () => {
    expect(read({ id, command: 'un-stage', params: {} })).toMatchObject({
      kind: 'readable',
      command: { id, command: 'un-stage' },
    });
  });

  it.each([
    '',
    '{',
    '[]',
    '"x"',
    'null',
    '{"command":"un-stage","params":{}}',
    '{"id":"7","command":"x","params":{}}',
  ])('cannot answer %s: it has no usable id', (text) => {
    expect(read(text).kind).toBe('unreadable');
  });

  it('cannot read what is not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from(`{"id":"${id}","command":"`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    expect(readCommand(bytes, limits).kind).toBe('unreadable');
  });

  it('names each fault by its pointer', () => {
    const result = read({ id, command: 'un-stage', params: [], projekt: 'x' });
    expect(result).toMatchObject({
      kind: 'invalid',
      problem: {
        code: 'INVALID_COMMAND',
        errors: expect.arrayContaining([
          expect.objectContaining({ pointer: '/projekt' }),
          expect.objectContaining({ pointer: '/params' }),
        ]) as unknown,
      },
    });
  });

  it('refuses what is too large with TOO_LARGE and what is nested too deeply with TOO_DEEP', () => {
    expect(read({ id, command: 'un-stage', params: { x: 'y'.repeat(2_000) } })).toMatchObject({
      kind: 'invalid',
      problem: { code: 'TOO_LARGE' },
    });
    expect(
      read(`{"id":"${id}","command":"x","params":{"x":${'['.repeat(9)}${']'.repeat(9)}}}`),
    ).toMatchObject({
      kind: 'invalid',
      problem: { code: 'TOO_DEEP' },
    });
  });

  it('keeps names of the prototype as plain names', () => {
    const result = read(`{"id":"${id}","command":"un-stage","params":{"__proto__":{"polluted":true}}}`);
    expect(result.kind).toBe('readable');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['id', 'command', 'replyTo', 'project', '__proto__'])(
    'cannot answer a command that says its %s twice: it could be read in two ways',
    (name) => {
      const twice = `{"id":"${id}","command":"un-stage","params":{},"${name}":"${id}","${name}":"${id}"}`;
      expect(read(twice)).toEqual({
        kind: 'unreadable',
        code: 'INVALID_JSON',
        reason: `/${name} is there twice: which of the two is meant cannot be told`,
      });
    },
  );

  it('refuses parameters that say something twice, and says where', () => {
    expect(
      read(`{"id":"${id}","command":"un-stage","params":{"names":[{"a":1,"\\u0061":1}]}}`),
    ).toMatchObject({
      kind: 'invalid',
      problem: { code: 'INVALID_COMMAND', errors: [{ pointer: '/params/names/0/a' }] },
    });
  });

  it.each([
    ['half of a surrogate pair', '"\\ud800"', '/params/x'],
    ['a number that is infinite', '1e400', ''],
  ])('refuses %s', (_what, json, pointer) => {
    expect(read(`{"id":"${id}","command":"un-stage","params":{"x":${json}}}`)).toMatchObject({
      kind: 'invalid',
      problem: { code: 'INVALID_COMMAND', errors: [{ pointer }] },
    });
  });

  it('says little of a name that is as long as the command', () => {
    const long = '~'.repeat(1_500);
    for (const text of [
      `{"id":"${id}","command":"un-stage","params":{},"${long}":1}`,
      `{"id":"${id}","command":"un-stage","params":{"${long}":{"a":1,"a":2}}}`,
    ]) {
      const result = read(text);
      expect(result.kind).toBe('invalid');
      expect(JSON.stringify(result).length).toBeLessThan(2_500);
    }
  });

  it('counts depth as JSON.parse would nest it', () => {
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
    fc.assert(
      fc.property(fc.json(), (json) => expect(depthOf(Buffer.from(json))).toBe(depth(JSON.parse(json)))),
    );
  });
});
