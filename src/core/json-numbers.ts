/** A string without an end goes to the end of the text: from each of its quotes the same would be read again. */
const TOKENS = /"(?:[^"\\]|\\[^])*(?:"|\\?$)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** No whole number with fewer digits is rounded, and none without such an exponent is too large. */
const LONG = /\d{16}|\d[eE]\+?\d{3}/;
const WHOLE = /^-?\d{16,}$/;

/**
 * The first number in JSON text that is too large: a whole number that cannot be kept exactly (beyond 2^53), which parsing
 * would round without a word, or one that would become infinite. Undefined if there is none.
 */
export function roundedNumber(json: string): string | undefined {
  if (!LONG.test(json)) return undefined;
  for (const [token] of json.matchAll(TOKENS)) {
    if (token.startsWith('"')) continue;
    const rounded = WHOLE.test(token) && !Number.isSafeInteger(Number(token));
    if (rounded || !Number.isFinite(Number(token))) return token;
  }
  return undefined;
}
