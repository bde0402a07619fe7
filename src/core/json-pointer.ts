/** One part of a JSON pointer (RFC 6901). */
export function pointerPart(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** `at` with further parts. */
export function pointerTo(at: string, ...keys: readonly (string | number)[]): string {
  return [at, ...keys.map(pointerPart)].join('/');
}
