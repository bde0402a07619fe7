import { functionConfig } from './configs.js';
import {
  invalid,
  right,
  STRANGE,
  text,
  TRAPS,
  withParam,
  withRaw,
  type Draw,
  type Made,
} from './poison-draw.js';

/** What has an id and is wrong. */
export const INVALID: Readonly<Record<string, (draw: Draw) => Made>> = {
  'a command that is none': (draw) => {
    const command = draw.pick([...STRANGE, undefined, '😀'.repeat(101)]);
    return invalid(text(draw, { command }));
  },
  'an unknown command': (draw) =>
    invalid(
      text(draw, {
        command: draw.pick([
          ...TRAPS,
          ...[
            'drop-everything',
            'note-effects-published',
            'add-environments',
            'commit-staged-to-',
            'UN-STAGE',
          ],
          ...['commit-staged-to-__proto__', 'un-stage ', '../un-stage', '\u0000'],
        ]),
      }),
      'UNKNOWN_COMMAND',
    ),
  'a project that is none': (draw) =>
    invalid(
      text(draw, { project: draw.pick([...STRANGE, '__proto__', 'A', '../x', 'a:b', 'a\u0000', 'é']) }),
    ),
  'parameters that are none': (draw) =>
    invalid(text(draw, { params: draw.pick([null, 7, [], 'x', true, undefined, [{}]]) })),
  'wrong parameters': (draw) => {
    const value = draw.pick([null, -1.5, true, [[]], '', 'x'.repeat(10_000)]);
    const name = draw.via === 'commands' ? 'stageSet' : draw.pick(['environment', 'release', 'results']);
    return invalid(text(draw, { params: { ...(right(draw)['params'] as object), [name]: value } }));
  },
  'an unknown field': (draw) =>
    invalid(
      withRaw(
        draw,
        `${JSON.stringify(draw.pick([...TRAPS, 'projekt', '~/'.repeat(5_000), '\u0000']))}:{"polluted":1}`,
      ),
    ),
  'an unknown parameter': (draw) => {
    const name = JSON.stringify(draw.pick([...TRAPS, 'x', '~/'.repeat(5_000)]));
    return invalid(withParam(draw, `${name}:{"constructor":{"prototype":{"polluted":1}}}`));
  },
  'a reply topic that is none': (draw) =>
    invalid(text(draw, { replyTo: draw.pick([7, null, {}, [], 'x'.repeat(513)]) })),
  'a reply topic of someone else': (draw) =>
    invalid(
      text(draw, {
        replyTo: draw.pick([
          '',
          'x',
          'persistent://ops/stageline/journal',
          '../x',
          'http://127.0.0.1/',
          ...TRAPS,
        ]),
      }),
      'INVALID_REPLY_TOPIC',
    ),
  'wrong expectations': (draw) =>
    invalid(
      withRaw(
        draw,
        draw.pick([
          '"expect":{"__proto__":-1}',
          '"expect":{"x":1.5}',
          '"expect":[]',
          '"expect":{"x":"1"}',
          '"expect":{"x":null}',
        ]),
      ),
    ),
  'other wrong fields': (draw) =>
    invalid(
      text(
        draw,
        draw.pick([
          { dryRun: 'yes' },
          { issuedAt: '2026-13-45' },
          { issuedAt: 7 },
          { ticket: 7 },
          { ticket: 'x'.repeat(9_000) },
        ]),
      ),
    ),
  'a name twice inside': (draw) => {
    const name = draw.pick(['x', 'stageSet', ...TRAPS]);
    return invalid(withParam(draw, `"deep":[{"${name}":1,"${name}":2}]`));
  },
  'half a character': (draw) =>
    invalid(withParam(draw, `"x":"${draw.pick(['\\ud800', '\\udfff', 'a\\ud83d', '\\ude00\\ud83d'])}"`)),
  'a number out of range': (draw) =>
    invalid(
      withParam(
        draw,
        `"x":[${draw.pick(['1e400', '-1E+999', '12345678901234567890', '-9007199254740993', '9'.repeat(400)])}]`,
      ),
    ),
  'too deep': (draw) => {
    const depth = draw.pick([40, 1_000, 100_000]);
    const [open, close] = draw.pick([
      ['[', ']'],
      ['{"__proto__":', '}'],
    ] as const);
    return invalid(
      withParam(draw, `"x":${open.repeat(depth)}1${close.repeat(depth)}`),
      depth > 10_000 && open !== '[' ? 'TOO_LARGE' : 'TOO_DEEP',
    );
  },
  'many faults': (draw) =>
    invalid(
      text(draw, { command: 'stage-configs', params: { configs: Array(2_000).fill(7) } }),
      draw.via === 'commands' ? 'INVALID_COMMAND' : 'UNKNOWN_COMMAND',
    ),
  'a secret': (draw) => {
    const configs = [functionConfig('secret', { userConfig: { password: `hunter2-${draw.id}` } })];
    const code = draw.via === 'commands' ? 'SECRET_LITERAL' : 'UNKNOWN_COMMAND';
    return invalid(text(draw, { command: 'stage-configs', params: { configs } }), code);
  },
};
