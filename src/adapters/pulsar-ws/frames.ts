import type { OutgoingMessage, ReceivedMessage } from '../../ports/bus.js';

/** The proxy takes text frames of up to 1 MiB; a larger one closes the socket (1009). */
export const MAX_FRAME_BYTES = 1024 * 1024;

/** Largest payload: 960 KiB as base64, which leaves 64 KiB of the frame for key and properties. */
export const MAX_PAYLOAD_BYTES = 720 * 1024;

/** The message id −1:−1, with which a broker answers a message whose sequence id it knows already. */
const NOWHERE = Buffer.from('08ffffffffffffffffff0110ffffffffffffffffff01', 'hex');

/** True if the id is −1:−1: not a place in the topic. */
export function isNowhere(messageId: string): boolean {
  return Buffer.from(messageId, 'base64').subarray(0, NOWHERE.length).equals(NOWHERE);
}

/** A message as the producer's socket takes it; `context` comes back in the answer. */
export function sendFrame(message: OutgoingMessage, context: string): string {
  return JSON.stringify({
    payload: message.payload.toString('base64'),
    ...(message.key === undefined ? {} : { key: message.key }),
    ...(message.properties === undefined ? {} : { properties: message.properties }),
    ...(message.eventTime === undefined ? {} : { eventTime: new Date(message.eventTime).toISOString() }),
    context,
  });
}

/** The frame that acknowledges a message, or gives a reader room for one more. */
export function acknowledgeFrame(messageId: string): string {
  return JSON.stringify({ messageId });
}

/** The frame that gives a message back. */
export function negativeAcknowledgeFrame(messageId: string): string {
  return JSON.stringify({ type: 'negativeAcknowledge', messageId });
}

/** What the broker answers to one message. `context` is missing where the frame could not even be read. */
export type Receipt =
  | { readonly context: string; readonly messageId: string }
  | { readonly context: string | undefined; readonly refusal: string };

/** Reads a producer's answer; undefined if it is none. */
export function readReceipt(frame: string): Receipt | undefined {
  const json = readObject(frame);
  if (json === undefined) return undefined;
  const context = textOf(json['context']);
  const messageId = textOf(json['messageId']);
  if (json['result'] === 'ok' && context !== undefined && messageId !== undefined) {
    return { context, messageId };
  }
  const refusal = textOf(json['errorMsg']) ?? textOf(json['result']);
  return refusal === undefined ? undefined : { context, refusal };
}

/** Reads a delivered message; undefined if it is none. */
export function readMessage(frame: string): ReceivedMessage | undefined {
  const json = readObject(frame);
  const id = textOf(json?.['messageId']);
  const payload = textOf(json?.['payload']);
  if (json === undefined || id === undefined || payload === undefined) return undefined;
  const key = textOf(json['key']);
  const eventTime = Date.parse(textOf(json['eventTime']) ?? '');
  return {
    id,
    payload: Buffer.from(payload, 'base64'),
    ...(key === undefined ? {} : { key }),
    properties: (json['properties'] ?? {}) as Record<string, string>,
    publishTime: Date.parse(textOf(json['publishTime']) ?? ''),
    ...(Number.isNaN(eventTime) ? {} : { eventTime }),
  };
}

function readObject(frame: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(frame);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
