/** Where text stops being JSON. */
export interface JsonFault {
  /** Characters before the fault. */
  readonly position: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What would have been right there. */
  readonly expected: string;
}

type State = 'value' | 'value-or-]' | 'key' | 'key-or-}' | ':' | 'after';

const EXPECTED: Record<State, string> = {
  value: 'a value is expected',
  'value-or-]': 'a value or "]" is expected',
  key: 'a name in double quotes is expected',
  'key-or-}': 'a name in double quotes or "}" is expected',
  ':': '":" is expected',
  after: 'the text should end',
};

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * Finds the first fault in JSON text; undefined if there is none. The engine's own messages name a position only
 * sometimes, and differ between versions of Node.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  let at = 0;
  const fault = (position: number, expected: string): JsonFault => {
    const before = text.slice(0, position).split('\n');
    return { position, line: before.length, column: (before.at(-1) ?? '').length + 1, expected };
  };

  for (;;) {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
    const char = text.charAt(at);
    if (char === '' && state === 'after' && open.length === 0) return undefined;
    const inside = open.at(-1);
    if (state === 'after' && inside !== undefined) {
      const close = inside === '{' ? '}' : ']';
      if (char === ',') state = inside === '{' ? 'key' : 'value';
      else if (char === close) open.pop();
      else return fault(at, `"," or "${close}" is expected`);
      at += 1;
    } else if (state === ':' && char === ':') {
      state = 'value';
      at += 1;
    } else if ((state === 'key' || state === 'key-or-}') && char === '"') {
      const end = scanString(text, at);
      if (end.fault !== undefined) return fault(end.at, end.fault);
      state = ':';
      at = end.at;
    } else if ((state === 'key-or-}' && char === '}') || (state === 'value-or-]' && char === ']')) {
      open.pop();
      state = 'after';
      at += 1;
    } else if ((state === 'value' || state === 'value-or-]') && (char === '{' || char === '[')) {
      open.push(char);
      state = char === '{' ? 'key-or-}' : 'value-or-]';
      at += 1;
    } else if (state === 'value' || state === 'value-or-]') {
      const end = scanScalar(text, at);
      if (end.fault !== undefined) return fault(end.at, end.fault === '' ? EXPECTED[state] : end.fault);
      state = 'after';
      at = end.at;
    } else return fault(at, EXPECTED[state]);
  }
}

/** The end of what was read, or the place and name of what is wrong with it. */
interface Scanned {
  readonly at: number;
  readonly fault?: string;
}

/** Where and why a text is not JSON, in words. Of the text it tells one character: the engine's own words quote more. */
export function notJson(text: string): string {
  const fault = findJsonFault(text);
  if (fault === undefined) return 'Not JSON.';
  const { position, line, column, expected } = fault;
  const found = position < text.length ? `found ${JSON.stringify(text.charAt(position))}` : 'the text ends';
  return `Not JSON at position ${position} (line ${line}, column ${column}): ${expected}, ${found}.`;
}

function scanScalar(text: string, start: number): Scanned {
  if (text.charAt(start) === '"') return scanString(text, start);
  for (const pattern of [WORD, NUMBER]) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return { at: pattern.lastIndex };
  }
  return { at: start, fault: '' };
}

function scanString(text: string, start: number): Scanned {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') return { at: at + 1 };
    if (char < ' ') return { at, fault: 'a control character in a text must be escaped' };
    if (char !== '\\') continue;
    const escape = text.charAt(at + 1);
    if (escape === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) at += 5;
    else if (escape !== '' && '"\\/bfnrt'.includes(escape)) at += 1;
    else return { at, fault: 'this is no escape' };
  }
  return { at: text.length, fault: 'the text in quotes does not end' };
}
