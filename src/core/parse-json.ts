/** Deeper than any limit on commands: whoever asks refuses it, and no walk may run out of stack on it. */
const MAX_DEPTH = 1_000;
const COLON = /[ \t\n\r]*:/y;

/** A name written with an escape, where it stands in the text, quotes included. */
interface EscapedName {
  readonly start: number;
  readonly end: number;
}

/**
 * What `JSON.parse` says, also where a name is written with an escape (`"gr\u00fcn"`, as many libraries write it). V8
 * reads such a name wrongly once the process has seen certain others (Node.js 24 to 26, nodejs/node#63785), so these
 * names are read one by one, and the rest with plain ones in their places. Throws what `JSON.parse` throws.
 */
export function parseJson(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  if (!text.includes('\\')) return value;
  const escaped = escapedNames(text);
  if (escaped === undefined || escaped.length === 0) return value;
  const names = escaped.map(({ start, end }) => JSON.parse(text.slice(start, end)) as string);
  const mark = unusedIn(text + names.join('"'));
  const marked: string[] = [];
  let plain = '';
  let from = 0;
  for (const [index, { start, end }] of escaped.entries()) {
    const name = names[index] ?? '';
    const written = needsEscape(name) ? `${mark}${marked.push(name) - 1}` : name;
    plain += `${text.slice(from, start)}"${written}"`;
    from = end;
  }
  const read = JSON.parse(plain + text.slice(from)) as unknown;
  if (marked.length === 0) return read;
  return renamed(read, (name) =>
    name.startsWith(mark) ? (marked[Number(name.slice(mark.length))] ?? name) : name,
  );
}

/** Whether a name can be written only with an escape: it has quotes, backslashes or control characters. */
export function needsEscape(name: string): boolean {
  return JSON.stringify(name).length !== name.length + 2;
}

/** In valid JSON; undefined where it is nested too deeply. */
function escapedNames(text: string): EscapedName[] | undefined {
  const found: EscapedName[] = [];
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth > MAX_DEPTH) return undefined;
    if (char !== '"') continue;
    const start = index;
    let escapes = 0;
    for (index += 1; text.charAt(index) !== '"'; index += 1) {
      if (text.charAt(index) !== '\\') continue;
      escapes += 1;
      index += 1;
    }
    COLON.lastIndex = index + 1;
    if (escapes > 0 && COLON.test(text)) found.push({ start, end: index + 1 });
  }
  return found;
}

/** What the text holds nowhere. */
function unusedIn(text: string): string {
  for (let number = 0; ; number += 1) {
    const mark = `name-${number}-`;
    if (!text.includes(mark)) return mark;
  }
}

function renamed(value: unknown, nameOf: (name: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, nameOf));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [nameOf(name), renamed(item, nameOf)]),
  );
}
