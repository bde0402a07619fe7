import type { Log } from '../ports/system.js';

/** A log for a command: warnings and errors as lines, the rest is of no interest there. */
export function lineLog(say: (line: string) => void): Log {
  const line = (facts: object, event: string): void => say(`${event} ${JSON.stringify(told(facts))}`);
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: line,
    error: line,
    child: () => log,
  };
  return log;
}

function told(facts: object): object {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error ? value.message : value,
    ]),
  );
}
