import { maskShapes, maskTokens, REDACTED } from './secret-shapes.js';
import { isSecretLooking } from './secret-words.js';

/*
 * Each pattern begins where a run of its characters begins and nowhere within it, so that long texts cost no more than
 * their length.
 */

/** `https://user:password@host`. */
const URL_CREDENTIALS = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]+@/gi;
/** An Authorization header's value; a capital, a digit or `=` tells it from "basic authentication". */
const AUTHORIZATION = /\b([Bb]earer|[Bb]asic)\s+(?=[\w.~+/-]*[A-Z0-9=])[\w.~+/=-]+/g;
/** What stands before a value: `password=`, `"apiKey": `, also as JSON writes that within a string; `{"$secret":` is a reference. */
const KEY = /(?<![\w.$-])([\w.-]+)\\?["']?\s*[:=]\s*/g;
const VALUE = /"(?:[^"\\]|\\.)*"|'[^']*'|\\"(?:[^"\\]|\\(?!"))*\\"|\\?["']?[^\s,;&"'<>()[\]{}\\]+/y;
/** Bytes as URLs write them; line ends stay as they are. */
const ESCAPED = /(?:%(?!0[ad])[0-9a-f]{2})+/gi;
/** How much of a key is looked at, from its end. */
const MAX_KEY = 200;

/**
 * A text as it may leave the service: what stands behind a secret-looking key, credentials in URLs, tokens and private
 * keys are masked. It knows a secret only by what stands around it; `isSecret` says which keys are secret-looking.
 */
export function redactText(text: string, isSecret: (key: string) => boolean = isSecretLooking): string {
  // As URLs write it, a secret is not known for one.
  const plain = text.includes('%') ? text.replace(ESCAPED, unescaped) : text;
  const masked = maskText(plain, isSecret);
  return masked === plain ? text : masked;
}

function unescaped(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

function maskText(text: string, isSecret: (key: string) => boolean): string {
  const known = maskTokens(text)
    .replace(URL_CREDENTIALS, `$1${REDACTED}@`)
    .replace(AUTHORIZATION, `$1 ${REDACTED}`);
  // Last what is told by its form alone: what stands behind a key is masked as a whole by then.
  return maskShapes(maskValues(known, isSecret));
}

function maskValues(text: string, isSecret: (key: string) => boolean): string {
  let masked = '';
  let done = 0;
  for (const { 0: before, 1: key = '', index } of text.matchAll(KEY)) {
    if (index < done || !isSecret(copyOf(key))) continue;
    const start = index + before.length;
    VALUE.lastIndex = start;
    const value = VALUE.exec(text)?.[0];
    if (value === undefined) continue;
    masked += text.slice(done, start) + REDACTED;
    done = start + value.length;
  }
  return masked + text.slice(done);
}

/** Keys are remembered: a slice would keep the whole text, and a long one itself. */
function copyOf(key: string): string {
  return Buffer.from(key.slice(-MAX_KEY)).toString();
}
