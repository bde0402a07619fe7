import type { Log } from '../../src/ports/system.js';

/** One line as it was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly event: string;
}

/** A log that keeps its lines. */
export function createFakeLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const logFor = (bound: object): Log => {
    const at =
      (level: LogLine['level']) =>
      (facts: object, event: string): void => {
        lines.push({ level, facts: { ...bound, ...facts }, event });
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (facts) => logFor({ ...bound, ...facts }),
    };
  };
  return { ...logFor({}), lines };
}
