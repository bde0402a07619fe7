import { problem, problemAt, type Code } from '../errors.js';
import { cutText } from './cut-text.js';
import { notJson } from './json-fault.js';
import { brokenText, countNames, repeatedNames, shapeOf, unspeakableName } from './json-names.js';
import { roundedNumber } from './json-numbers.js';
import { pointerTo } from './json-pointer.js';
import { isObject } from './merge-patch.js';
import { parseJson } from './parse-json.js';
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
/** `1e20` is written in 21 characters. */
const MAX_GROWTH = 6;
const MAX_POINTER = 500;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const checkCommand = validator('command.json');

/** Reads a command: what has no usable id cannot even be answered, what has one is told each fault. */
export function readCommand(payload: Buffer, limits: CommandLimits): ReadCommand {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(payload);
  } catch {
    return { kind: 'unreadable', code: 'INVALID_JSON', reason: 'Not UTF-8.' };
  }
  try {
    value = parseJson(text);
  } catch {
    return { kind: 'unreadable', code: 'INVALID_JSON', reason: notJson(text) };
  }
  if (!isObject(value))
    return { kind: 'unreadable', code: 'INVALID_JSON', reason: 'a command is a JSON object' };
  const id = value['id'];
  if (typeof id !== 'string' || !UUID.test(id)) {
    return { kind: 'unreadable', code: 'INVALID_COMMAND', reason: '/id must be a UUID in lower case' };
  }
  const name = typeof value['command'] === 'string' ? cutText(value['command'], 100) : '';
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
  const { depth, names } = shapeOf(payload);
  if (depth > limits.maxDepth) {
    return invalid(problemAt('', 'TOO_DEEP', `The command is nested deeper than ${limits.maxDepth} levels.`));
  }
  // Readers differ in which of two they take: whoever checked or signed the command may have read another one.
  const repeated = names === countNames(value) ? [] : repeatedNames(payload);
  const top = repeated.find((path) => path.length === 1);
  if (top !== undefined) {
    return {
      kind: 'unreadable',
      code: 'INVALID_JSON',
      reason: `${shortPointer(top)} is there twice: which of the two is meant cannot be told`,
    };
  }
  const [again] = repeated;
  if (again !== undefined) return invalid(faultAt(again, 'is there twice; write it once'));
  const broken = brokenText(text, value);
  if (broken !== undefined) {
    return invalid(faultAt(broken, 'holds half of a surrogate pair, which is no character; write it whole'));
  }
  // Names without escapes are read alike by every release of Node.js, from the journal and from documents too.
  const unspeakable = text.includes('\\') ? unspeakableName(value) : undefined;
  if (unspeakable !== undefined) {
    return invalid(
      faultAt(unspeakable, 'is a name with a quote, a backslash or a control character; take another one'),
    );
  }
  const rounded = roundedNumber(text);
  if (rounded !== undefined) {
    return invalid(
      problemAt(
        '',
        'INVALID_COMMAND',
        `The number ${cutText(rounded, 50)} cannot be kept exactly; write it as a string.`,
      ),
    );
  }
  // Numbers can grow when they are written again (1e20), and the journal holds what is written.
  const mayGrow = payload.length * MAX_GROWTH > limits.maxBytes;
  const written = mayGrow ? Buffer.byteLength(JSON.stringify(value)) : 0;
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

/** Names come from outside and may be as long as the command. */
function shortPointer(path: readonly string[]): string {
  return cutText(pointerTo('', ...path), MAX_POINTER);
}

/** A fault of the JSON itself, where it stands. */
function faultAt(path: readonly string[], what: string): Problem {
  const pointer = shortPointer(path);
  return problemAt(pointer, 'INVALID_COMMAND', `${pointer} ${what}.`);
}

/** Deepest nesting of JSON text, without parsing it. */
export function depthOf(json: Buffer): number {
  return shapeOf(json).depth;
}
