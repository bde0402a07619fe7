import { isObject } from './merge-patch.js';
import { isSecretReference } from './secret-literals.js';
import { isSecretLooking } from './secret-words.js';

/** What stands in place of a secret. */
export const REDACTED = '[redacted]';

/** Fields that hold JSON in a string. */
const JSON_TEXTS = new Set(['transformFunctionConfig', 'customRuntimeOptions']);

/**
 * The value as it may leave the service: strings under secret-looking keys are masked, references to secrets stay. None
 * should be there, since literals are refused at staging; this is the second lock on the same door.
 *
 * What holds no secret is returned as it is, not copied.
 */
export function redact<T>(value: T): T {
  return clean(value, false) as T;
}

/** `secret`: a string right here is one. */
function clean(value: unknown, secret: boolean): unknown {
  if (typeof value === 'string') return secret && value !== '' ? REDACTED : value;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const cleaned = items.map((item) => clean(item, secret));
    return cleaned.some((item, index) => item !== items[index]) ? cleaned : value;
  }
  if (!isObject(value) || isSecretReference(value)) return value;
  return cleanFields(value, false);
}

/** `all`: every string right in this object is a secret, whatever its key. */
function cleanFields(value: Record<string, unknown>, all: boolean): Record<string, unknown> {
  // `{"name":"db.password","value":"…"}`: the key stands beside the value.
  const named = [value['name'], value['key']].some(
    (name) => typeof name === 'string' && isSecretLooking(name),
  );
  let changed: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const cleaned = cleanField(key, item, all || (named && key === 'value'));
    if (cleaned === item) continue;
    changed ??= { ...value };
    changed[key] = cleaned;
  }
  return changed ?? value;
}

function cleanField(key: string, item: unknown, secret: boolean): unknown {
  // A function's stage sets by their names, which people choose: what stands there is a content hash.
  if (key === 'staged' && isObject(item) && Object.values(item).every(isStagedContent)) return item;
  if (key === 'secrets' && isObject(item) && !isSecretReference(item)) return cleanFields(item, true);
  if (JSON_TEXTS.has(key) && typeof item === 'string') return cleanText(item);
  return clean(item, secret || isSecretLooking(key));
}

function isStagedContent(value: unknown): boolean {
  return typeof value === 'string' && /^(delete|[A-Za-z0-9_-]{43})$/.test(value);
}

function cleanText(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const cleaned = redact(value);
    return cleaned === value ? text : JSON.stringify(cleaned);
  } catch {
    return text;
  }
}
