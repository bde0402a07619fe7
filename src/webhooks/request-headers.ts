import type { WebhookSubscriptionsDocument } from '../core/types.js';
import type { ReceivedMessage } from '../ports/bus.js';
import { webhookMessageId, type WebhookSigner } from './signing.js';

/** One receiver as it was set. */
export type Webhook = WebhookSubscriptionsDocument['webhooks'][number];

/** Headers made of a message: what is more would be refused by most receivers, for ever. */
const MAX_PROPERTY_BYTES = 8 * 1024;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/**
 * The headers that a message is posted with: those of the webhook, what Pulsar Beam says of a message, and the
 * signature. Values that are not printable ASCII are percent-encoded, so that none can begin a header of its own.
 */
export function requestHeaders(
  { topic, webhook, message }: { topic: string; webhook: Webhook; message: ReceivedMessage },
  signer: WebhookSigner,
  now: number,
): Record<string, string> {
  const id = webhookMessageId(topic, message.id);
  const timestamp = Math.floor(now / 1_000);
  const signature = signer.sign({ topic, url: webhook.url }, { id, timestamp, payload: message.payload });
  return {
    ...webhook.headers,
    'user-agent': 'stageline',
    'content-type': isJson(message.payload) ? 'application/json' : 'application/octet-stream',
    'content-length': String(message.payload.length),
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
    PulsarTopic: topic,
    PulsarMessageId: printable(message.id),
    PulsarPublishedTime: new Date(message.publishTime).toISOString(),
    ...(message.eventTime === undefined
      ? {}
      : { PulsarEventTime: new Date(message.eventTime).toISOString() }),
    ...(message.key === undefined ? {} : { PulsarKey: printable(message.key) }),
    ...propertyHeaders(message.properties),
  };
}

function propertyHeaders(properties: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  let bytes = 0;
  let leftOut = 0;
  for (const [name, value] of Object.entries(properties)) {
    const header = `PulsarProperties-${name}`;
    const told = printable(value);
    bytes += header.length + told.length;
    if (HEADER_NAME.test(name) && bytes <= MAX_PROPERTY_BYTES) headers[header] = told;
    else leftOut += 1;
  }
  return leftOut === 0 ? headers : { ...headers, PulsarPropertiesLeftOut: String(leftOut) };
}

function printable(value: string): string {
  // Also what a percent sign would say, so that receivers can decode every value. A buffer has no lone surrogates.
  return value.replace(/[^\x20-\x24\x26-\x7e]+/g, (run) => encodeURIComponent(Buffer.from(run).toString()));
}

function isJson(payload: Buffer): boolean {
  try {
    JSON.parse(payload.toString());
    return true;
  } catch {
    return false;
  }
}
