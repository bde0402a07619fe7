import { isObject } from './merge-patch.js';
import { depthOf } from './read-command.js';
import { redactText } from './redact-text.js';
import { redact } from './redact.js';
import { maskShapes, maskTokens, REDACTED } from './secret-shapes.js';
import { isSecretLooking } from './secret-words.js';
import { isTicket } from './ticket-form.js';

/** A payload as it may be kept where nobody looked at it before. */
export interface KeptPayload {
  readonly payload: Buffer;
  /** Secrets were recognised in it: it is not what came. */
  readonly masked: boolean;
}

/** JSON nested deeper is taken as text: what walks through it does so by recursion. */
const MAX_DEPTH = 100;

const utf8 = new TextDecoder('utf-8');

type IsSecret = (key: string) => boolean;

/** Masks what is recognised as a secret; what holds none is kept to the byte. */
export function keptPayload(payload: Buffer, isSecret: IsSecret = isSecretLooking): KeptPayload {
  const text = utf8.decode(payload);
  const read = depthOf(payload) > MAX_DEPTH ? undefined : jsonIn(text);
  const masked = read === undefined ? maskedText(text, isSecret) : maskedJson(read.value, text, isSecret);
  return masked === undefined ? { payload, masked: false } : { payload: Buffer.from(masked), masked: true };
}

function jsonIn(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The text is looked at too: of a name that is there twice, the value has only the last. A ticket stays where the rest does. */
function maskedJson(value: unknown, text: string, isSecret: IsSecret): string | undefined {
  const { ticket, ...rest } = isObject(value) ? value : { value };
  const stays = isTicket(ticket);
  const looked = stays || !isObject(value) ? rest : value;
  const without = stays ? text.replaceAll(ticket, '') : text;
  if (redact(looked, maskShapes, isSecret) === looked && maskTokens(without) === without) return undefined;
  return JSON.stringify(redact(value, maskShapes, isSecret));
}

function maskedText(text: string, isSecret: IsSecret): string | undefined {
  // UTF-16 is full of zeros.
  const plain = text.replaceAll('\0', '');
  const cleaned = redactText(plain, isSecret);
  return cleaned === plain ? undefined : cleaned;
}

/** The properties of a message as they may be kept; a ticket stays. */
export function keptProperties(
  properties: Readonly<Record<string, string>>,
  isSecret: IsSecret = isSecretLooking,
): Record<string, string> {
  const { ticket, ...rest } = properties;
  const kept = redact(rest, (text) => redactText(text, isSecret), isSecret);
  return ticket === undefined ? kept : { ...kept, ticket: isTicket(ticket) ? ticket : REDACTED };
}
