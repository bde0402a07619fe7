import { AppError, messageOf } from '../../errors.js';
import type { Code } from '../../errors.js';
import type { OutgoingMessage, ReceivedMessage } from '../../ports/bus.js';
import type { NativeMessage, NativeMessageId, NativeOutgoing } from './driver.js';

/** The message id −1:−1, with which a broker answers a message whose sequence id it knows already. */
const NOWHERE = Buffer.from('08ffffffffffffffffff0110ffffffffffffffffff01', 'hex');

/** A message id as the bus shows it. */
export function idOf(id: NativeMessageId): string {
  return id.serialize().toString('base64');
}

/** True if the id is −1:−1: not a place in the topic. */
export function isNowhere(id: NativeMessageId): boolean {
  return id.serialize().subarray(0, NOWHERE.length).equals(NOWHERE);
}

/** A message as the client takes it. */
export function toNative(message: OutgoingMessage): NativeOutgoing {
  return {
    data: message.payload,
    ...(message.key === undefined ? {} : { partitionKey: message.key }),
    ...(message.properties === undefined ? {} : { properties: message.properties }),
    ...(message.eventTime === undefined ? {} : { eventTimestamp: message.eventTime }),
  };
}

/** A message as the bus shows it. The client does not tell an empty key from none. */
export function fromNative(message: NativeMessage, id: NativeMessageId): ReceivedMessage {
  const key = message.getPartitionKey();
  const eventTime = message.getEventTimestamp();
  return {
    id: idOf(id),
    payload: message.getData(),
    ...(key === '' ? {} : { key }),
    // An array with named members: spread it, or it looks empty.
    properties: { ...(message.getProperties() as Record<string, string>) },
    publishTime: message.getPublishTimestamp(),
    ...(eventTime === 0 ? {} : { eventTime }),
  };
}

/** The client's errors are sentences that end with the name of a result. */
export function isRefusedName(error: unknown): boolean {
  return /ProducerFenced|ProducerBusy|ConsumerBusy/.test(messageOf(error));
}

/** What a failed send means. */
export function sendFault(topic: string, error: unknown): AppError {
  const text = messageOf(error);
  const code = text.includes('ProducerFenced')
    ? 'LEASE_LOST'
    : text.includes('MessageTooBig')
      ? 'TOO_LARGE'
      : 'ENGINE_UNAVAILABLE';
  return fault(code, topic, error);
}

/** An error of the client, with the topic it is about. */
export function fault(code: Code, topic: string, error: unknown): AppError {
  return new AppError(code, `${topic}: ${messageOf(error)}`, { cause: error });
}
