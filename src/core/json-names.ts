import { isObject } from './merge-patch.js';
import { needsEscape } from './parse-json.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const [COMMA, COLON] = [0x2c, 0x3a];

/** What JSON text looks like, without parsing it. */
export interface JsonShape {
  /** Deepest nesting. */
  readonly depth: number;
  /** How often a name stands before a colon. */
  readonly names: number;
}

export function shapeOf(json: Buffer): JsonShape {
  let depth = 0;
  let deepest = 0;
  let names = 0;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) index = closingQuote(json, index);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
    else if (byte === COLON) names += 1;
  }
  return { depth: deepest, names };
}

/** Where the string that begins at `start` ends. */
function closingQuote(json: Buffer, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end !== -1; end = json.indexOf(QUOTE, end + 1)) {
    let before = end - 1;
    while (json[before] === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return json.length;
}

/** Names in a parsed value. Fewer than its text has: a name was repeated, and what stood there before is lost. */
export function countNames(value: object): number {
  let names = 0;
  if (Array.isArray(value)) {
    for (const item of value as unknown[])
      if (typeof item === 'object' && item !== null) names += countNames(item);
    return names;
  }
  for (const name in value) {
    names += 1;
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'object' && item !== null) names += countNames(item);
  }
  return names;
}

/** Where a name is repeated within its object, as paths. For valid JSON. */
export function repeatedNames(json: Buffer): string[][] {
  const found: string[][] = [];
  const open: { readonly names: Set<string> | undefined; at: string | number }[] = [];
  let last = '';
  for (let index = 0; index < json.length; index += 1) {
    const level = open.at(-1);
    const byte = json[index];
    if (byte === QUOTE) {
      const end = closingQuote(json, index);
      last = json.toString('utf8', index, end + 1);
      index = end;
    } else if (byte === OPEN_OBJECT) open.push({ names: new Set(), at: '' });
    else if (byte === OPEN_ARRAY) open.push({ names: undefined, at: 0 });
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) open.pop();
    else if (byte === COMMA && typeof level?.at === 'number') level.at += 1;
    else if (byte === COLON && level?.names !== undefined) {
      level.at = JSON.parse(last) as string;
      if (level.names.has(level.at)) found.push(open.map(({ at }) => String(at)));
      level.names.add(level.at);
    }
  }
  return found;
}

/** Where a name cannot be written without an escape, as a path. Undefined where there is none. */
export function unspeakableName(value: unknown): string[] | undefined {
  if (!isObject(value) && !Array.isArray(value)) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const path = needsEscape(name) ? [] : unspeakableName(item);
    if (path !== undefined) return [name, ...path];
  }
  return undefined;
}

/** Escapes that may be halves of a pair. */
const ESCAPED = /\\u[dD][89a-fA-F]/;
const HALF = /\p{Surrogate}/u;

/**
 * Where a string or name has half of a surrogate pair, as a path: no text in UTF-8 can hold that, and what reads the
 * journal or the documents may refuse all of it. Undefined where there is none.
 */
export function brokenText(json: string, value: unknown): string[] | undefined {
  return ESCAPED.test(json) ? broken(value) : undefined;
}

function broken(value: unknown): string[] | undefined {
  if (typeof value === 'string') return HALF.test(value) ? [] : undefined;
  if (!isObject(value) && !Array.isArray(value)) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const path = HALF.test(name) ? [] : broken(item);
    if (path !== undefined) return [HALF.test(name) ? '' : name, ...path];
  }
  return undefined;
}
