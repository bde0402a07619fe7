/** One part of a JSON pointer (RFC 6901). */
export function pointerPart(key: string | number): string {
  const text = String(key);
  return text.includes('~') || text.includes('/') ? text.replaceAll('~', '~0').replaceAll('/', '~1') : text;
}

/** `at` with further parts. */
export function pointerTo(at: string, ...keys: readonly (string | number)[]): string {
  let pointer = at;
  for (const key of keys) pointer += `/${pointerPart(key)}`;
  return pointer;
}
