import { functionConfig } from './configs.js';
import { refusal, refused, text, TRAPS, withParam, withRaw, type Draw, type Made } from './poison-draw.js';

/** What is understood, although it looks like a trap. */
export const UNDERSTOOD: Readonly<Record<string, (draw: Draw) => Made>> = {
  'a byte order mark': (draw) => refused(`\ufeff${text(draw)}`, refusal(draw)),
  'names of the prototype as expectations': (draw) =>
    refused(withRaw(draw, `"expect":{"${draw.pick(TRAPS)}":1}`), 'EXPECTATION_FAILED'),
  'strange names': (draw) => {
    if (draw.via === 'results')
      return refused(
        text(draw, {
          params: {
            environment: 'constructor',
            release: 1e15,
            results: [{ function: 'a\u0000/b/\u2028', outcome: 'failed' }],
          },
        }),
        'UNKNOWN_RELEASE',
      );
    const names = draw.pick([
      ['a\u0000/b/c'],
      ['__proto__/constructor/prototype'],
      ['é/😀/\u2028'],
      [`a/b/${'x'.repeat(300)}`],
    ]);
    return refused(text(draw, { params: { stageSet: 'constructor', names } }), 'UNKNOWN_STAGE_SET');
  },
  'names of the prototype in a config': (draw) => {
    if (draw.via === 'results') return refused(text(draw), refusal(draw));
    const config = JSON.stringify(functionConfig('trap')).slice(0, -1);
    const traps = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const raw = (field: string): string => `"configs":[${config},"${field}":${traps}}]`;
    const inside = withParam(draw, raw('userConfig')).replace('"un-stage"', '"stage-configs","dryRun":true');
    const patch = withParam(
      draw,
      raw('environments')
        .replaceAll('polluted', 'parallelism')
        .replace(',"constructor":{"prototype":{"parallelism":1}}', ''),
    ).replace('"un-stage"', '"stage-configs","dryRun":true');
    return draw.pick([
      { fate: 'tried' as const, code: undefined, payload: inside },
      { fate: 'tried' as const, code: 'UNKNOWN_NAME', payload: patch },
    ]);
  },
};
