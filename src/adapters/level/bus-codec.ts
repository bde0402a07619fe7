import { AppError } from '../../errors.js';
import type { OutgoingMessage, ReceivedMessage } from '../../ports/bus.js';
import { SEPARATOR } from './database.js';

/** Largest payload that the embedded bus takes, in bytes: that of a Pulsar broker. */
export const MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

const MAX_META_BYTES = 1024 * 1024;
const LAYOUT = 1;
const TIME_AT = 1;
const META_LENGTH_AT = 9;
const META_AT = 13;
const ID_DIGITS = 16;
const TOPIC = /^(?:non-)?persistent:\/\/[^/\0]+\/[^/\0]+\/[^\0]+$/;

/** A message with its number in the topic. */
export interface Entry {
  readonly number: number;
  readonly bytes: number;
  readonly message: ReceivedMessage;
}

interface Meta {
  readonly key?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly eventTime?: number;
}

/** Refuses what is no full topic name; returns whether the topic is kept on disk. */
export function checkTopic(topic: string): boolean {
  if (!TOPIC.test(topic)) {
    throw new AppError(
      'INVALID_CONFIG',
      `'${topic}' is no topic: write persistent://tenant/namespace/topic (or non-persistent://…).`,
    );
  }
  return topic.startsWith('persistent:');
}

/** A message id: the number in fixed width, so that ids of a topic sort as text. */
export function idOf(number: number): string {
  return String(number).padStart(ID_DIGITS, '0');
}

/** The number behind a message id. */
export function numberOf(id: string): number {
  if (id.length !== ID_DIGITS || !/^\d+$/.test(id)) {
    throw new AppError('NOT_FOUND', `'${id}' is no message id of this bus.`);
  }
  return Number(id);
}

/** Where a topic's messages are kept: the keys from `messageKey(topic, 0)` in the order of their numbers. */
export function messageKey(topic: string, number: number): string {
  return `m${SEPARATOR}${topic}${SEPARATOR}${idOf(number)}`;
}

/** Where the state of a subscription is kept; with an empty name, the prefix of all of a topic. */
export function subscriptionKey(topic: string, subscription: string): string {
  return `s${SEPARATOR}${topic}${SEPARATOR}${subscription}`;
}

/** Where the highest stored sequence id of a producer is kept. */
export function sequenceKey(topic: string, producer: string): string {
  return `p${SEPARATOR}${topic}${SEPARATOR}${producer}`;
}

function metaOf(message: OutgoingMessage): Buffer {
  const { key, properties, eventTime } = message;
  if (key === undefined && properties === undefined && eventTime === undefined) return Buffer.alloc(0);
  const meta: Meta = {
    ...(key === undefined ? {} : { key }),
    ...(properties === undefined ? {} : { properties }),
    ...(eventTime === undefined ? {} : { eventTime }),
  };
  return Buffer.from(JSON.stringify(meta));
}

/** The bytes of a message on disk: layout, time, length of the header, header as JSON, payload as it is. The time is filled in by `stamp`. */
export function encode(message: OutgoingMessage): Buffer {
  const { payload } = message;
  const meta = metaOf(message);
  if (payload.length > MAX_MESSAGE_BYTES || meta.length > MAX_META_BYTES) {
    throw new AppError(
      'TOO_LARGE',
      `A payload may have ${MAX_MESSAGE_BYTES} bytes, key and properties ${MAX_META_BYTES}; these have ${payload.length} and ${meta.length}.`,
    );
  }
  const value = Buffer.allocUnsafe(META_AT + meta.length + payload.length);
  value[0] = LAYOUT;
  value.writeUInt32BE(meta.length, META_LENGTH_AT);
  meta.copy(value, META_AT);
  payload.copy(value, META_AT + meta.length);
  return value;
}

/** Writes the publish time into an encoded message. */
export function stamp(value: Buffer, publishTime: number): void {
  value.writeDoubleBE(publishTime, TIME_AT);
}

/** The publish time of an encoded message. */
export function timeOf(value: Buffer): number {
  return value.readDoubleBE(TIME_AT);
}

/** Reads an encoded message; the payload shares its memory. */
export function decode(number: number, value: Buffer): Entry {
  if (value[0] !== LAYOUT) throw new Error(`message ${number} has an unknown layout`);
  const payloadAt = META_AT + value.readUInt32BE(META_LENGTH_AT);
  const meta = payloadAt === META_AT ? {} : (JSON.parse(value.toString('utf8', META_AT, payloadAt)) as Meta);
  const payload = value.subarray(payloadAt);
  return {
    number,
    bytes: payload.length,
    message: {
      id: idOf(number),
      payload,
      ...(meta.key === undefined ? {} : { key: meta.key }),
      properties: meta.properties ?? {},
      publishTime: timeOf(value),
      ...(meta.eventTime === undefined ? {} : { eventTime: meta.eventTime }),
    },
  };
}
