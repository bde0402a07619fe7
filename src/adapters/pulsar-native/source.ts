import type { AppError } from '../../errors.js';
import type { ReceivedMessage, ReceiveOptions } from '../../ports/bus.js';

/** Messages that are read ahead of their receiver; the client itself keeps a queue of its own. */
const READ_AHEAD = 100;

/** Turns single reads into batches. */
export interface Source {
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Puts a message that was taken back where it belongs by its first arrival. */
  giveBack(message: ReceivedMessage): void;
  /** Forgets what was read ahead; receive rejects with the reason from now on. */
  end(reason: AppError): void;
  /** Resolves when no read is under way. */
  idle(): Promise<void>;
}

/** Makes a source. One read is under way at a time, and one receive. `onError` gets what a read fails with. */
export function createSource(
  readOne: () => Promise<ReceivedMessage>,
  onError: (error: unknown) => void,
): Source {
  const ready: ReceivedMessage[] = [];
  const arrival = new WeakMap<ReceivedMessage, number>();
  let arrivals = 0;
  let ended: AppError | undefined;
  let wake: (() => void) | undefined;
  let reading: Promise<void> | undefined;

  const arrivalOf = (message: ReceivedMessage): number => arrival.get(message) ?? 0;

  const readAhead = async (): Promise<void> => {
    while (ended === undefined && ready.length < READ_AHEAD) {
      const message = await readOne();
      arrivals += 1;
      arrival.set(message, arrivals);
      ready.push(message);
      wake?.();
    }
  };
  const fill = (): void => {
    if (ended !== undefined || reading !== undefined) return;
    reading = readAhead()
      .catch(onError)
      .finally(() => {
        reading = undefined;
      });
  };

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

  /** How many of the messages that are ready go into one batch. */
  const countWithin = ({ max, maxBytes = Infinity }: ReceiveOptions): number => {
    let bytes = 0;
    const full = ready.findIndex((message, index) => {
      bytes += message.payload.length;
      return index >= max || (index > 0 && bytes > maxBytes);
    });
    return full < 0 ? ready.length : full;
  };

  return {
    async receive(options) {
      fill();
      if (ready.length === 0 && ended === undefined) {
        await waitFor(() => ready.length > 0, options.waitMs);
      }
      const { lingerMs = 0, max } = options;
      const isFull = (): boolean =>
        ready.length >= Math.min(max, READ_AHEAD) || countWithin(options) < ready.length;
      if (ready.length > 0 && lingerMs > 0) await waitFor(isFull, lingerMs);
      if (ended !== undefined) throw ended;
      const taken = ready.splice(0, countWithin(options));
      fill();
      return taken;
    },
    giveBack(message) {
      if (ended !== undefined) return;
      const index = ready.findIndex((other) => arrivalOf(other) > arrivalOf(message));
      ready.splice(index < 0 ? ready.length : index, 0, message);
      wake?.();
    },
    end(reason) {
      ended = reason;
      ready.length = 0;
      wake?.();
    },
    idle: () => reading ?? Promise.resolve(),
  };
}
