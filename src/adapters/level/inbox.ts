import { AppError } from '../../errors.js';
import type { ReceivedMessage, ReceiveOptions } from '../../ports/bus.js';
import type { Entry } from './bus-codec.js';
import { cut } from './recent.js';

/** What lies ready for one consumer or reader. */
export interface Inbox {
  readonly count: number;
  readonly bytes: number;
  push(entries: readonly Entry[]): void;
  /** Takes out the entries that match. */
  remove(match: (entry: Entry) => boolean): Entry[];
  readonly receive: (options: ReceiveOptions) => Promise<ReceivedMessage[]>;
  /** Empties it; every receive from now on, and one that waits, rejects with this. */
  end(error: AppError): void;
}

/** How the owner keeps an inbox filled. */
export interface InboxOptions {
  /** Called after messages were taken. */
  readonly taken: () => void;
  /** A refill that is under way, to wait for before nothing is taken for an answer. */
  readonly refilling: () => Promise<void> | undefined;
}

interface Waiter {
  readonly enough: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

/** Makes an empty inbox. */
export function createInbox({ taken, refilling }: InboxOptions): Inbox {
  let entries: Entry[] = [];
  let bytes = 0;
  let waiter: Waiter | undefined;
  let receiving = false;
  let ended: AppError | undefined;

  const total = (list: readonly Entry[]): number => list.reduce((sum, entry) => sum + entry.bytes, 0);

  const check = (): void => {
    if (ended) throw ended;
  };

  const wait = (ms: number, enough: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(settle, ms, resolve);
      function settle(then: () => void): void {
        clearTimeout(timer);
        waiter = undefined;
        then();
      }
      waiter = {
        enough,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      };
    });

  const take = (max: number, maxBytes: number): ReceivedMessage[] => {
    const batch = cut(entries, 0, { max, bytes: maxBytes });
    entries = entries.slice(batch.length);
    bytes -= total(batch);
    if (batch.length > 0) taken();
    return batch.map((entry) => entry.message);
  };

  const collect = async (options: ReceiveOptions): Promise<ReceivedMessage[]> => {
    const { max, waitMs, maxBytes = Infinity, lingerMs = 0 } = options;
    if (entries.length === 0) await refilling();
    check();
    if (entries.length === 0 && waitMs > 0) await wait(waitMs, () => entries.length > 0);
    const enough = (): boolean => entries.length >= max || bytes >= maxBytes;
    if (lingerMs > 0 && entries.length > 0 && !enough()) await wait(lingerMs, enough);
    check();
    return take(max, maxBytes);
  };

  return {
    get count() {
      return entries.length;
    },
    get bytes() {
      return bytes;
    },
    push: (more) => {
      if (ended) return;
      for (const entry of more) {
        entries.push(entry);
        bytes += entry.bytes;
      }
      if (waiter?.enough()) waiter.resolve();
    },
    remove: (match) => {
      const removed = entries.filter(match);
      if (removed.length > 0) {
        entries = entries.filter((entry) => !match(entry));
        bytes -= total(removed);
      }
      return removed;
    },
    receive: async (options) => {
      check();
      if (receiving) throw new AppError('INTERNAL', 'A receive is waiting already: one at a time.');
      receiving = true;
      try {
        return await collect(options);
      } finally {
        receiving = false;
      }
    },
    end: (error) => {
      if (ended) return;
      ended = error;
      entries = [];
      bytes = 0;
      waiter?.reject(error);
    },
  };
}
