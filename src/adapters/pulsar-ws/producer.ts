import { AppError } from '../../errors.js';
import type { Producer, ProducerOptions, Stored } from '../../ports/bus.js';
import { isNowhere, MAX_FRAME_BYTES, MAX_PAYLOAD_BYTES, readReceipt, sendFrame } from './frames.js';
import type { OpenEndpoint } from './open-endpoint.js';
import type { Socket } from './socket.js';

const DEFAULT_SEND_TIMEOUT_MS = 10_000;

/** What may be on its way at once: enough to keep the broker busy, and no more than the proxy can hold. */
const MAX_IN_FLIGHT = 2000;
const MAX_IN_FLIGHT_BYTES = 16 * 1024 * 1024;

/** A message that is not known to be stored yet. */
interface Pending {
  readonly context: string;
  readonly frame: string;
  readonly deadline: number;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (reason: Error) => void;
}

/** Opens a producer. Any failed send ends it: what follows a failure must not be stored before it is sent again. */
export async function openWsProducer(
  open: OpenEndpoint,
  topic: string,
  options: ProducerOptions = {},
): Promise<Producer> {
  if (options.exclusive === true && options.name === undefined) {
    throw new AppError('INVALID_CONFIG', `an exclusive producer on ${topic} needs a name`);
  }
  const sendTimeoutMs = options.sendTimeoutMs ?? DEFAULT_SEND_TIMEOUT_MS;
  const keepsMessages = topic.startsWith('persistent://');
  const waiting: Pending[] = [];
  const inFlight = new Map<string, Pending>();
  let inFlightBytes = 0;
  let contexts = 0;
  let timer: NodeJS.Timeout | undefined;

  const rejectAll = (reason: AppError): void => {
    clearTimeout(timer);
    const all = [...inFlight.values(), ...waiting];
    inFlight.clear();
    waiting.length = 0;
    for (const pending of all) pending.reject(reason);
  };

  const settle = (frame: string): void => {
    const receipt = readReceipt(frame);
    if (receipt === undefined || 'refusal' in receipt) {
      socket.fail(refusalOf(topic, receipt?.refusal ?? `unreadable answer ${frame.slice(0, 200)}`));
      return;
    }
    const pending = inFlight.get(receipt.context);
    if (pending === undefined) return;
    inFlight.delete(receipt.context);
    inFlightBytes -= pending.frame.length;
    const duplicate = keepsMessages && isNowhere(receipt.messageId);
    pending.resolve({ id: duplicate ? '' : receipt.messageId, duplicate });
    pump();
  };

  const pump = (): void => {
    while (inFlight.size < MAX_IN_FLIGHT && inFlightBytes < MAX_IN_FLIGHT_BYTES) {
      const next = waiting.shift();
      if (next === undefined) return;
      inFlight.set(next.context, next);
      inFlightBytes += next.frame.length;
      // A frame that cannot be handed over means that the socket ends, and that rejects the message.
      socket.send(next.frame).catch(() => undefined);
    }
  };

  /** The oldest message is the first to run out of time. */
  const watch = (): void => {
    const [oldest = waiting[0]] = inFlight.values();
    timer =
      oldest === undefined ? undefined : setTimeout(judge, Math.max(0, oldest.deadline - performance.now()));
  };
  const judge = (): void => {
    // After a stall of this process the answer lies in the socket unread: let it be read before judging.
    setImmediate(() => {
      if (socket.ended !== undefined) return;
      const [oldest = waiting[0]] = inFlight.values();
      if (oldest === undefined || oldest.deadline > performance.now()) watch();
      else
        socket.fail(new AppError('ENGINE_UNAVAILABLE', `${topic} stored nothing within ${sendTimeoutMs} ms`));
    });
  };

  const socket: Socket = await open({
    endpoint: {
      role: 'producer',
      topic,
      parameters: {
        producerName: options.name,
        initialSequenceId: options.initialSequenceId,
        sendTimeoutMillis: sendTimeoutMs,
        batchingEnabled: 'false',
      },
    },
    onText: settle,
    onEnd: rejectAll,
  });

  return {
    lost: socket.lost,
    close: () => socket.close(),
    send(message) {
      if (socket.ended !== undefined) return Promise.reject(socket.ended);
      contexts += 1;
      const context = String(contexts);
      const frame = message.payload.length > MAX_PAYLOAD_BYTES ? undefined : sendFrame(message, context);
      if (frame === undefined || Buffer.byteLength(frame) > MAX_FRAME_BYTES) {
        return Promise.reject(
          new AppError(
            'TOO_LARGE',
            `a message of ${message.payload.length} bytes does not fit: at most ${MAX_PAYLOAD_BYTES} bytes, and ${MAX_FRAME_BYTES} with key and properties as JSON`,
          ),
        );
      }
      return new Promise((resolve, reject) => {
        waiting.push({ context, frame, deadline: performance.now() + sendTimeoutMs, resolve, reject });
        if (timer === undefined) watch();
        pump();
      });
    },
  };
}

/** What a refusal by the broker means: a fenced producer has lost its lease. */
function refusalOf(topic: string, refusal: string): AppError {
  const code = /fenced/i.test(refusal) ? 'LEASE_LOST' : 'ENGINE_UNAVAILABLE';
  return new AppError(code, `${topic} did not store a message: ${refusal}`);
}
