const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WHOLE = /^-?\d{16,}$/;

/**
 * The first whole number in JSON text that is too large to be kept exactly (beyond 2^53): parsing would round it without a
 * word. Undefined if there is none.
 */
export function roundedNumber(json: string): string | undefined {
  for (const [token] of json.matchAll(TOKENS)) {
    if (WHOLE.test(token) && !Number.isSafeInteger(Number(token))) return token;
  }
  return undefined;
}
