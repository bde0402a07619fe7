import { pause } from '../core/pause.js';
import type { OutgoingMessage } from '../ports/bus.js';

/** One outcome on its way to the journal. */
export interface Outgoing {
  readonly result: object;
  /** Called when the result is stored. */
  readonly done: () => Promise<void>;
}

export interface Batching<Item> {
  /** Takes an outcome; it is sent at once, or when a second has passed since the last ones were. */
  add(item: Item): void;
  /** Sends what is left; resolves when it is stored and acknowledged. */
  flush(): Promise<void>;
}

export interface BatchingOptions<Item extends Outgoing> {
  /** Stores a message on the results topic. */
  readonly send: (message: OutgoingMessage) => Promise<void>;
  /** Outcomes of the same key go together. */
  readonly keyOf: (item: Item) => string;
  readonly commandOf: (batch: readonly Item[], first: Item) => OutgoingMessage;
  /** Told when a batch is stored. */
  readonly onSent: (batch: readonly Item[], first: Item) => void;
  /** When a result cannot be stored or acknowledged; nothing is sent after that. */
  readonly onFailure: (error: unknown) => void;
  /** @defaultValue 1000 */
  readonly everyMs?: number | undefined;
  /** @defaultValue 1000 */
  readonly maxResults?: number;
}

/** A command may have 300 KiB. */
const MAX_BYTES = 200 * 1024;

/** Collects outcomes, and sends those of a key together: at most once a second, so that the journal is not one record a function. */
export function createBatching<Item extends Outgoing>(options: BatchingOptions<Item>): Batching<Item> {
  const { everyMs = 1000 } = options;
  let pending: Item[] = [];
  let sending: Promise<void> | undefined;
  let sentAt = -Infinity;
  let hurry = new AbortController();
  let failed = false;

  const sendPending = async (): Promise<void> => {
    const items = pending;
    pending = [];
    sentAt = performance.now();
    await Promise.all(
      batchesOf(items, options).map(async (batch) => {
        const [first] = batch;
        if (first === undefined) return;
        await options.send(options.commandOf(batch, first));
        options.onSent(batch, first);
        await Promise.all(batch.map(({ done }) => done()));
      }),
    );
  };

  const loop = async (): Promise<void> => {
    try {
      while (pending.length > 0) {
        await pause(Math.max(0, sentAt + everyMs - performance.now()), hurry.signal);
        await sendPending();
      }
    } catch (error) {
      failed = true;
      pending = [];
      options.onFailure(error);
    } finally {
      sending = undefined;
    }
  };

  return {
    add(item) {
      if (failed) return;
      pending.push(item);
      sending ??= loop();
    },
    async flush() {
      hurry.abort();
      await sending;
      hurry = new AbortController();
    },
  };
}

/** By key, and cut so that each fits into a command. */
function batchesOf<Item extends Outgoing>(
  items: readonly Item[],
  { keyOf, maxResults = 1000 }: BatchingOptions<Item>,
): Item[][] {
  const open = new Map<string, { batch: Item[]; bytes: number }>();
  const all: Item[][] = [];
  for (const item of items) {
    const key = keyOf(item);
    const bytes = Buffer.byteLength(JSON.stringify(item.result));
    let last = open.get(key);
    if (last === undefined || last.bytes + bytes > MAX_BYTES || last.batch.length >= maxResults) {
      last = { batch: [], bytes: 0 };
      open.set(key, last);
      all.push(last.batch);
    }
    last.batch.push(item);
    last.bytes += bytes;
  }
  return all;
}
