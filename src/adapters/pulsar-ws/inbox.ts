import type { AppError } from '../../errors.js';
import type { ReceivedMessage, ReceiveOptions } from '../../ports/bus.js';

export interface InboxOptions {
  /** Above so many payload bytes the inbox asks for a pause, and for more again at half of it. */
  readonly maxBytes: number;
  readonly setPaused: (paused: boolean) => void;
}

/** Messages that have arrived and are not taken yet, in the order of their arrival. */
export interface Inbox {
  push(message: ReceivedMessage): void;
  /** Puts a message that was taken back where it belongs by its first arrival. */
  giveBack(message: ReceivedMessage): void;
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Forgets what is there; receive rejects with the reason from now on. */
  end(reason: AppError): void;
}

/** Makes an inbox. One receive at a time. */
export function createInbox({ maxBytes, setPaused }: InboxOptions): Inbox {
  let messages: ReceivedMessage[] = [];
  let bytes = 0;
  let arrivals = 0;
  let ended: AppError | undefined;
  let wake: (() => void) | undefined;
  const arrival = new WeakMap<ReceivedMessage, number>();

  const arrivalOf = (message: ReceivedMessage): number => arrival.get(message) ?? 0;

  /** Resolves when `enough` holds or the inbox has ended, after `ms` at the latest. */
  const waitFor = (enough: () => boolean, ms: number): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      wake = () => {
        if (ended !== undefined || enough()) done();
      };
      wake();
    });

  const added = (message: ReceivedMessage): void => {
    bytes += message.payload.length;
    if (bytes > maxBytes) setPaused(true);
    wake?.();
  };

  /** How many messages one receive may take now. */
  const countWithin = (options: ReceiveOptions): number => {
    const limit = options.maxBytes ?? Infinity;
    let size = 0;
    let count = 0;
    for (const message of messages) {
      size += message.payload.length;
      if (count >= options.max || (count > 0 && size > limit)) break;
      count += 1;
    }
    return count;
  };

  const take = (count: number): ReceivedMessage[] => {
    const taken = messages.splice(0, count);
    for (const message of taken) bytes -= message.payload.length;
    if (bytes <= maxBytes / 2) setPaused(false);
    return taken;
  };

  /** True when waiting longer cannot make the batch larger. */
  const isFull = (options: ReceiveOptions): boolean =>
    messages.length >= options.max || bytes >= (options.maxBytes ?? Infinity) || bytes > maxBytes;

  return {
    push(message) {
      if (ended !== undefined) return;
      arrivals += 1;
      arrival.set(message, arrivals);
      messages.push(message);
      added(message);
    },
    giveBack(message) {
      if (ended !== undefined) return;
      const index = messages.findIndex((other) => arrivalOf(other) > arrivalOf(message));
      messages.splice(index < 0 ? messages.length : index, 0, message);
      added(message);
    },
    async receive(options) {
      if (messages.length === 0 && ended === undefined && options.waitMs > 0) {
        await waitFor(() => messages.length > 0, options.waitMs);
      }
      const lingerMs = options.lingerMs ?? 0;
      if (messages.length > 0 && lingerMs > 0) await waitFor(() => isFull(options), lingerMs);
      if (ended !== undefined) throw ended;
      return take(countWithin(options));
    },
    end(reason) {
      ended = reason;
      messages = [];
      bytes = 0;
      wake?.();
    },
  };
}
