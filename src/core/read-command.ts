import { problem, problemAt, type Code } from '../errors.js';
import { roundedNumber } from './json-numbers.js';
import { isObject } from './merge-patch.js';
import type { Command, Problem } from './types.js';
import { validator } from './validate.js';

export interface CommandLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

/** What a message on the command topic turns out to be. */
export type ReadCommand =
  | { readonly kind: 'unreadable'; readonly code: Code; readonly reason: string }
  | {
      readonly kind: 'invalid';
      readonly id: string;
      readonly name: string;
      readonly replyTo?: string;
      readonly problem: Problem;
    }
  | { readonly kind: 'readable'; readonly command: Command & { readonly id: string } };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const checkCommand = validator('command.json');

/** Reads a command: what has no usable id cannot even be answered, what has one is told each fault. */
export function readCommand(payload: Buffer, limits: CommandLimits): ReadCommand {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(payload);
    value = JSON.parse(text);
  } catch (error) {
    return {
      kind: 'unreadable',
      code: 'INVALID_JSON',
      reason: error instanceof Error ? error.message : 'not JSON',
    };
  }
  if (!isObject(value))
    return { kind: 'unreadable', code: 'INVALID_JSON', reason: 'a command is a JSON object' };
  const id = value['id'];
  if (typeof id !== 'string' || !UUID.test(id)) {
    return { kind: 'unreadable', code: 'INVALID_COMMAND', reason: '/id must be a UUID in lower case' };
  }
  const name = typeof value['command'] === 'string' ? value['command'].slice(0, 100) : '';
  const replyTo = typeof value['replyTo'] === 'string' ? { replyTo: value['replyTo'] } : {};
  const invalid = (fault: Problem): ReadCommand => ({
    kind: 'invalid',
    id,
    name,
    ...replyTo,
    problem: fault,
  });
  if (payload.length > limits.maxBytes) {
    return invalid(
      problem(
        'TOO_LARGE',
        `The command has ${payload.length} bytes, ${limits.maxBytes} are allowed; cut it into several.`,
      ),
    );
  }
  if (depthOf(payload) > limits.maxDepth) {
    return invalid(problemAt('', 'TOO_DEEP', `The command is nested deeper than ${limits.maxDepth} levels.`));
  }
  const rounded = roundedNumber(text);
  if (rounded !== undefined) {
    return invalid(
      problemAt('', 'INVALID_COMMAND', `The number ${rounded} cannot be kept exactly; write it as a string.`),
    );
  }
  // Numbers can grow when they are written again, and the journal holds what is written.
  const written = Buffer.byteLength(JSON.stringify(value));
  if (written > limits.maxBytes) {
    return invalid(
      problem('TOO_LARGE', `The command has ${written} bytes as JSON, ${limits.maxBytes} are allowed.`),
    );
  }
  const faults = checkCommand(value);
  if (faults.length > 0)
    return invalid(
      problem('INVALID_COMMAND', 'The command does not match schemas/messages/command.json.', faults),
    );
  return { kind: 'readable', command: value as unknown as Command & { id: string } };
}

/** Deepest nesting of JSON text, without parsing it. */
export function depthOf(json: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (inString) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}
