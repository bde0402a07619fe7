import { STRANGE, text, TRAPS, unread, withRaw, type Draw, type Made } from './poison-draw.js';

const WORDS = [
  '',
  ' ',
  '\n',
  'null',
  '{',
  '}',
  '[',
  '"',
  'command',
  '\u0000',
  'é',
  '😀',
  '// x',
  "'",
  ',',
  ':',
  '1e9',
];

function isObjectText(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Bytes that are no UTF-8: stray, overlong, a surrogate, beyond the last character, cut off. */
const BROKEN = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];

/** What has no meaning at all, or none that could be answered. */
export const UNREAD: Readonly<Record<string, (draw: Draw) => Made>> = {
  'no JSON': (draw) => {
    const words = Array.from({ length: draw.int(12) }, () => draw.pick(WORDS)).join('');
    return unread(isObjectText(words) ? 'x' : words);
  },
  'JSON that ends early': (draw) => {
    const whole = text(draw);
    return unread(whole.slice(0, 1 + draw.int(whole.length - 1)));
  },
  'something behind the JSON': (draw) =>
    unread(text(draw) + draw.pick(['}', 'null', text(draw), '\u0000', ',', '//'])),
  'nearly JSON': (draw) =>
    unread(
      draw.pick([
        text(draw).replaceAll('"', "'"),
        text(draw).replace('{', '{/* */'),
        text(draw).replace(/}$/, ',}'),
        text(draw).replace(/}$/, ',"x":NaN}'),
        text(draw).replace(/}$/, ',"x":0x10}'),
        text(draw).replace(/}$/, ',"x":01}'),
        text(draw).replace(/}$/, ',"x":"\t"}'),
        text(draw).replace(/}$/, ',"x":"\\x41"}'),
        text(draw).replace('"id"', 'id'),
      ]),
    ),
  'no object': (draw) => unread(draw.pick(['[]', 'null', '7', '"x"', 'true', `[${text(draw)}]`, '[[[]]]'])),
  'deep arrays': (draw) => unread('['.repeat(10 ** (1 + draw.int(5)))),
  'deep arrays, closed': (draw) => {
    const depth = 10 ** (1 + draw.int(5));
    return unread('['.repeat(depth) + ']'.repeat(depth));
  },
  'no UTF-8': (draw) => {
    const whole = Buffer.from(text(draw, { issuedAt: 'HERE' }));
    const at = whole.indexOf('HERE') + draw.int(4);
    return unread(Buffer.concat([whole.subarray(0, at), Buffer.from(draw.pick(BROKEN)), whole.subarray(at)]));
  },
  'another encoding': (draw) => {
    const wide = Buffer.from(`${draw.pick(['', '\ufeff'])}${text(draw)}`, 'utf16le');
    return unread(
      draw.pick([wide, Buffer.from(wide).swap16(), Buffer.from(text(draw, { project: 'é' }), 'latin1')]),
    );
  },
  'no id': (draw) => unread(text(draw, { id: undefined }), 'INVALID_COMMAND'),
  'an id that is none': (draw) =>
    unread(
      text(draw, {
        id: draw.pick([
          ...STRANGE,
          draw.id.toUpperCase(),
          `${draw.id}\n`,
          ` ${draw.id}`,
          `urn:uuid:${draw.id}`,
          [draw.id],
          ...TRAPS,
        ]),
      }),
      'INVALID_COMMAND',
    ),
  'something said twice': (draw) => {
    const name = draw.pick(['id', 'command', 'project', 'params', 'replyTo', '__proto__']);
    const first = `"${name === 'id' ? '\\u0069d' : name}":${JSON.stringify(draw.pick(STRANGE))}`;
    return unread(
      ['replyTo', '__proto__'].includes(name)
        ? withRaw(draw, `${first},"${name}":"x"`)
        : withRaw(draw, first),
    );
  },
};
