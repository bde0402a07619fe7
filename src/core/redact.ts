import { isObject } from './merge-patch.js';
import { isSecretReference } from './secret-references.js';
import { maskShapes, REDACTED } from './secret-shapes.js';
import { isSecretLooking } from './secret-words.js';

/** Fields that hold JSON in a string. */
const JSON_TEXTS = new Set(['transformFunctionConfig', 'customRuntimeOptions']);

/**
 * The value as it may leave the service: strings under secret-looking keys are masked, and in every string and key
 * whatever is known for a secret by its shape; references to secrets stay. None should be there, since all of that is
 * refused on its way in; this is the second lock on the same door.
 *
 * What holds no secret is returned as it is, not copied. `mask` says what is masked within a string, `isSecret` which keys
 * are secret-looking.
 */
export function redact<T>(value: T, mask: Mask = maskShapes, isSecret: IsSecret = isSecretLooking): T {
  return clean(value, { secret: false, mask, isSecret }) as T;
}

type Mask = (text: string) => string;
type IsSecret = (key: string) => boolean;

interface Cleaning {
  /** A string right here is one. */
  readonly secret: boolean;
  readonly mask: Mask;
  readonly isSecret: IsSecret;
}

function clean(value: unknown, { secret, mask, isSecret }: Cleaning): unknown {
  if (typeof value === 'string') return secret && value !== '' ? REDACTED : mask(value);
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const cleaned = items.map((item) => clean(item, { secret, mask, isSecret }));
    return cleaned.some((item, index) => item !== items[index]) ? cleaned : value;
  }
  if (!isObject(value) || value instanceof Error || isSecretReference(value)) return value;
  return cleanFields(value, { secret: false, mask, isSecret });
}

/** `secret`: every string right in this object is one, whatever its key. */
function cleanFields(
  value: Record<string, unknown>,
  { secret, mask, isSecret }: Cleaning,
): Record<string, unknown> {
  // `{"name":"db.password","value":"…"}`: the key stands beside the value.
  const named = [value['name'], value['key']].some((name) => typeof name === 'string' && isSecret(name));
  const entries = Object.entries(value);
  const cleaned = entries.map(([key, item]): [string, unknown] => [
    mask(key),
    cleanField(key, item, { secret: secret || (named && key === 'value'), mask, isSecret }),
  ]);
  const same = cleaned.every(
    ([key, item], index) => key === entries[index]?.[0] && item === entries[index][1],
  );
  return same ? value : Object.fromEntries(cleaned);
}

function cleanField(key: string, item: unknown, { secret, mask, isSecret }: Cleaning): unknown {
  // A function's stage sets by their names, which people choose: what stands there is a content hash.
  if (key === 'staged' && isObject(item) && Object.values(item).every(isStagedContent)) return item;
  if (key === 'secrets' && isObject(item) && !isSecretReference(item))
    return cleanFields(item, { secret: true, mask, isSecret });
  if (JSON_TEXTS.has(key) && typeof item === 'string') return cleanText(item, mask, isSecret);
  return clean(item, { secret: secret || isSecret(key), mask, isSecret });
}

function isStagedContent(value: unknown): boolean {
  return typeof value === 'string' && /^(delete|[A-Za-z0-9_-]{43})$/.test(value);
}

function cleanText(text: string, mask: Mask, isSecret: IsSecret): string {
  try {
    const value: unknown = JSON.parse(text);
    const cleaned = redact(value, mask, isSecret);
    return cleaned === value ? text : JSON.stringify(cleaned);
  } catch {
    return mask(text);
  }
}
