import { createHash, createHmac } from 'node:crypto';
import { AppError } from '../errors.js';

/** A message that is to be posted, by what signs it. */
export interface Signed {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly payload: Buffer;
}

/** Where it goes: each receiver has a secret of its own, so that none can pass for Stageline to another. */
export interface Receiver {
  readonly topic: string;
  readonly url: string;
}

/** Signs what webhooks post, as https://www.standardwebhooks.com says, so that receivers check it with a library. */
export interface WebhookSigner {
  /** The header `webhook-signature`: one signature by each key. */
  sign(receiver: Receiver, message: Signed): string;
  /** What the receiver is given: `whsec_…`, by the first key. */
  readonly secretOf: (receiver: Receiver) => string;
}

const MIN_KEY_CHARACTERS = 32;

/** Reads the keys of a file, one a line. `name` is what people call it. */
export function readWebhookKeys(text: string, name: string): string[] {
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const short = keys.findIndex((key) => key.length < MIN_KEY_CHARACTERS);
  if (keys.length === 0 || short >= 0) {
    const what = keys.length === 0 ? 'holds no key' : `line ${short + 1} is shorter`;
    throw new AppError(
      'INVALID_CONFIG',
      `${name}: ${what}; it needs a secret of ${MIN_KEY_CHARACTERS} characters or more on each line ("openssl rand -base64 48").`,
    );
  }
  return keys;
}

export function createWebhookSigner(keys: readonly string[]): WebhookSigner {
  const secrets = (receiver: Receiver): Buffer[] => keys.map((key) => secretFor(key, receiver));
  return {
    sign: (receiver, { id, timestamp, payload }) =>
      secrets(receiver)
        .map((secret) => createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(payload))
        .map((hmac) => `v1,${hmac.digest('base64')}`)
        .join(' '),
    secretOf: (receiver) => `whsec_${secrets(receiver)[0]?.toString('base64') ?? ''}`,
  };
}

function secretFor(key: string, { topic, url }: Receiver): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['stageline-webhook', topic, url]))
    .digest();
}

/** The same message has the same id, however often it is posted: receivers know it again by it. */
export function webhookMessageId(topic: string, messageId: string): string {
  return `msg_${createHash('sha256')
    .update(JSON.stringify([topic, messageId]))
    .digest('base64url')
    .slice(0, 32)}`;
}
