import pino, { type DestinationStream, type Logger } from 'pino';
import { v7 } from 'uuid';
import type { Config } from '../config.js';
import { printableLines } from '../core/printable.js';
import { redactText } from '../core/redact-text.js';
import { redact } from '../core/redact.js';
import { DEFAULT_SECRET_RULES, maskedKeys } from '../core/secret-rules.js';
import { REDACTED } from '../core/secret-shapes.js';
import type { Clock, Ids } from '../ports/system.js';

export const systemClock: Clock = { now: () => Date.now() };
export const systemIds: Ids = { uuid: () => v7() };

/**
 * The log: one JSON line an event, event name in `msg`; what is recognised as a secret never gets there, whatever quotes
 * it: a request's path, a cluster's words, an error's stack.
 */
export function createLog(
  {
    logLevel,
    limits,
  }: Pick<Config, 'logLevel'> & { readonly limits?: Pick<Config['limits'], 'secretRules'> },
  stream: DestinationStream = pino.destination(1),
): Logger {
  const isSecret = maskedKeys(limits?.secretRules ?? DEFAULT_SECRET_RULES);
  const mask = (text: string): string => redactText(text, isSecret);
  const clean = (fields: Record<string, unknown>): Record<string, unknown> => redact(fields, mask, isSecret);
  const options = {
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: clean, bindings: clean },
    // Opens a door once; its name is no secret-looking one elsewhere.
    redact: { paths: ['ticket', '*.ticket'], censor: REDACTED },
    serializers: { err: (error: Error) => clean({ ...pino.stdSerializers.err(error) }) },
  };
  // JSON leaves some of what terminals and viewers of logs obey as it is; as an escape it says the same.
  return pino(options, { write: (line) => stream.write(printableLines(line)) });
}
