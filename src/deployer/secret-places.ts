import { pointerTo } from '../core/json-pointer.js';
import { isObject } from '../core/merge-patch.js';

/** A secret that a config wants, and where. */
export type Wanted = { readonly pointer: string } & (
  | { readonly kind: 'named'; readonly name: string }
  /** What was sealed; undefined where something stands beside it, or it is no text: nothing can be opened there. */
  | { readonly kind: 'sealed'; readonly sealed: string | undefined }
);

/** Every reference to a secret in a config, at any depth. */
export function secretsWanted(value: unknown, at = ''): Wanted[] {
  if (typeof value !== 'object' || value === null) return [];
  const wanted = wantedHere(value, at);
  if (wanted !== undefined) return [wanted];
  return Object.entries(value).flatMap(([key, item]) => secretsWanted(item, pointerTo(at, key)));
}

/** The value with the secrets in place, by pointer. */
export function withSecrets(value: unknown, secrets: ReadonlyMap<string, string>, at = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const secret = wantedHere(value, at) === undefined ? undefined : secrets.get(at);
  if (secret !== undefined) return secret;
  if (Array.isArray(value))
    return value.map((item, index) => withSecrets(item, secrets, pointerTo(at, index)));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withSecrets(item, secrets, pointerTo(at, key))]),
  );
}

/** `{"$secret":"name"}` or `{"$sealed":"…"}`; undefined for anything else. Whatever is sealed is not passed on as it is. */
function wantedHere(value: object, pointer: string): Wanted | undefined {
  if (!isObject(value)) return undefined;
  const { $secret, $sealed } = value;
  const alone = Object.keys(value).length === 1;
  if (Object.hasOwn(value, '$sealed'))
    return { pointer, kind: 'sealed', sealed: alone && typeof $sealed === 'string' ? $sealed : undefined };
  return alone && typeof $secret === 'string' ? { pointer, kind: 'named', name: $secret } : undefined;
}
