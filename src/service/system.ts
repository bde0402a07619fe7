import pino, { type Logger } from 'pino';
import { v7 } from 'uuid';
import type { Config } from '../config.js';
import type { Clock, Ids } from '../ports/system.js';

export const systemClock: Clock = { now: () => Date.now() };
export const systemIds: Ids = { uuid: () => v7() };

/** The log: one JSON line an event on standard output, event name in `msg`; what looks like a credential never gets there. */
export function createLog(config: Pick<Config, 'logLevel'>): Logger {
  return pino({
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        '*.ticket',
        '*.token',
        '*.password',
        '*.authorization',
        'ticket',
        'token',
        'password',
        'authorization',
      ],
      censor: '[redacted]',
    },
  });
}
