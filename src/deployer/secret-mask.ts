/** Shorter ones are hidden only where they stand alone: they would blot out half of a text. */
const LONG_ENOUGH = 4;
const MASK = '***';

/** Longer ones are hidden piece by piece: an expression may only be so long. */
const PIECE = 128;

/** Backslashes before a character that is escaped so: five times over. Bounded, since a text may be nothing but backslashes. */
const MOST_ESCAPES = 31;
/** What one backslash comes to when it is escaped four times over. */
const MOST_DOUBLED = 16;
/** More of a text is not looked at: whoever tells it keeps less. */
const MOST_TEXT = 64 * 1024;
/** What half of a piece may take at the end of a text that was cut, however it is spelled. */
const CUT_MARGIN = PIECE * 16;

/**
 * Hides secrets in a text, however a server quotes what it was sent: as it is, as JSON and Java strings escape it (also
 * twice), in URLs, in HTML and as base64, whole or line by line. The text must not have been cut before; a very long one
 * is cut here.
 */
export function maskOf(secrets: readonly string[]): (text: string) => string {
  // Longest first: a secret that contains another is hidden as a whole.
  const values = [...new Set(secrets.flatMap(partsOf))].sort((a, b) => b.length - a.length);
  let expressions: readonly RegExp[] | undefined;
  return (text) => {
    // Most deployments say nothing that is to be masked.
    expressions ??= values.flatMap(piecesOf).map(expressionOf);
    const masked = expressions.reduce(
      (some, expression) => some.replace(expression, MASK),
      text.slice(0, MOST_TEXT),
    );
    // A secret that was cut through is not known for one.
    return text.length > MOST_TEXT ? masked.slice(0, -CUT_MARGIN) : masked;
  };
}

function expressionOf(value: string): RegExp {
  return new RegExp([spelled(value), ...encoded(value)].join('|'), 'giu');
}

function piecesOf(value: string): string[] {
  const characters = Array.from(value);
  return Array.from({ length: Math.ceil(characters.length / PIECE) }, (_, index) =>
    characters.slice(index * PIECE, (index + 1) * PIECE).join(''),
  );
}

/** What is secret in a secret by itself: the lines of a key, the password in a URL, the texts in JSON. */
function partsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#@]+)@/i.exec(secret)?.[1];
  return [
    secret,
    ...(lines.length > 1 ? lines.filter((line) => line.length >= 8) : []),
    ...(password === undefined ? [] : [password, decoded(password)]),
    ...textsIn(secret).flatMap(partsOf),
    ...(/^[1-9]\d{3,}$/.test(secret) ? [javaDouble(secret)] : []),
  ];
}

/** Texts in a secret that is JSON by itself, such as the key file of a service account. */
function textsIn(secret: string): string[] {
  if (!/^\s*[[{]/.test(secret)) return [];
  try {
    return leavesOf(JSON.parse(secret)).filter((text) => text.length >= LONG_ENOUGH);
  } catch {
    return [];
  }
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A number without a point becomes a double on its way through Java's JSON. */
function javaDouble(digits: string): string {
  const [mantissa = '', exponent = ''] = Number(digits).toExponential().split('e+');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent}`;
}

/** A pattern for every spelling of each character, mixed as they come. */
function spelled(value: string): string {
  const pattern = (value.match(/\\+|[^]/gu) ?? [])
    .map((part, index) =>
      part.startsWith('\\') ? backslashes(part.length, index === 0) : characterPattern(part),
    )
    .join('');
  return value.length >= LONG_ENOUGH ? pattern : `(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  ...{ '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' },
};
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' },
};

/**
 * All at once: one by one there are too many ways to share out the backslashes of a text among them. A secret that begins
 * with them is looked for where those of the text begin.
 */
function backslashes(count: number, first: boolean): string {
  const others = `(?:\\\\{1,${MOST_ESCAPES}}u005c|%(?:25)*5c|&#(?:0*92|x0*5c);){${count}}`;
  const plain = first ? `(?<!\\\\)\\\\{${count},}` : `\\\\{${count},${count * MOST_DOUBLED}}`;
  return `(?:${plain}|${others})`;
}

function characterPattern(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const unicode = units
    .map((unit) => `\\\\{1,${MOST_ESCAPES}}u${unit.toString(16).padStart(4, '0')}`)
    .join('');
  const bytes = [...Buffer.from(character)]
    .map((byte) => `%(?:25)*${byte.toString(16).padStart(2, '0')}`)
    .join('');
  const short = SHORT_ESCAPES[character];
  const entity = ENTITIES[character];
  return `(?:${[
    // Quotes and slashes come with some backslashes before them.
    /["'/]/.test(character) ? `\\\\{0,${MOST_ESCAPES}}${literal(character)}` : literal(character),
    unicode,
    bytes,
    `&#(?:0*${code}|x0*${code.toString(16)});`,
    ...(short === undefined ? [] : [`\\\\{1,${MOST_ESCAPES}}${short}`]),
    ...(entity === undefined ? [] : [`&${entity};`]),
    ...(character === ' ' ? ['\\+'] : []),
  ].join('|')})`;
}

/** Its base64 in both alphabets, at each of the three places where a text around it can put it. */
function encoded(value: string): string[] {
  const bytes = Buffer.from(value);
  if (bytes.length < LONG_ENOUGH) return [];
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // What it shares with a byte before or after it is not its own.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    return Array.from(whole.slice(from, to), (character) =>
      character === '+' ? '(?:\\+|-|%2B)' : character === '/' ? '(?:/|_|%2F)' : character,
    ).join('');
  });
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
