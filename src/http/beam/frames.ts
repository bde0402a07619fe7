import type { ReceivedMessage } from '../../ports/bus.js';

const LF = 0x0a;
const CR = 0x0d;
const DATA = Buffer.from('data: ');
const END = Buffer.from('\n');

/** A message as server-sent events have it: a line of its own for each line of the payload, or what stands in one could pass for a field. */
export function messageFrame({ id, payload }: Pick<ReceivedMessage, 'id' | 'payload'>): Buffer {
  const parts: Buffer[] = [Buffer.from(`id: ${id}\n`)];
  for (const line of linesOf(payload)) parts.push(DATA, line, END);
  return Buffer.concat([...parts, END]);
}

/** CR LF, LF and CR each end a line there. */
function* linesOf(payload: Buffer): Generator<Buffer> {
  let start = 0;
  for (let at = 0; at < payload.length; at += 1) {
    const byte = payload[at];
    if (byte !== LF && byte !== CR) continue;
    yield payload.subarray(start, at);
    if (byte === CR && payload[at + 1] === LF) at += 1;
    start = at + 1;
  }
  yield payload.subarray(start);
}

/** A message as a poll has it. */
export interface PolledMessage {
  readonly payload: string;
  readonly topic: string;
  readonly eventTime: string;
  readonly publishTime: string;
  readonly messageId: string;
  readonly key: string;
  readonly properties: Readonly<Record<string, string>>;
}

export function polledMessage(topic: string, message: ReceivedMessage): PolledMessage {
  const { id, payload, key = '', properties, publishTime, eventTime = 0 } = message;
  return {
    payload: payload.toString('base64'),
    topic,
    eventTime: timeOf(eventTime),
    publishTime: timeOf(publishTime),
    messageId: id,
    key,
    properties,
  };
}

/** Senders may write any number for a time. */
function timeOf(ms: number): string {
  const time = new Date(ms);
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString();
}
