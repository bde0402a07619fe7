import type { Entry } from './bus-codec.js';

/** How much to read at once; the first entry always fits. */
export interface ReadLimits {
  readonly max: number;
  readonly bytes: number;
}

const MAX_ENTRIES = 2048;
const MAX_BYTES = 4 * 1024 * 1024;

/** The newest messages of a topic, so that those who keep up read nothing from disk. */
export interface Recent {
  /** Number of the oldest entry held. */
  readonly oldest: number | undefined;
  push(entry: Entry): void;
  /** Entries from `number` on; undefined if that one is not held any more. */
  from(number: number, limits: ReadLimits): Entry[] | undefined;
  /** The entry of that number, if held. */
  one(number: number): Entry | undefined;
  clear(): void;
}

/** As many entries from `start` on as the limits allow. */
export function cut(entries: readonly Entry[], start: number, limits: ReadLimits): Entry[] {
  let bytes = 0;
  let end = start;
  while (end < entries.length && end - start < limits.max) {
    bytes += entries[end]?.bytes ?? 0;
    if (bytes > limits.bytes && end > start) break;
    end += 1;
  }
  return entries.slice(start, end);
}

/** Makes an empty list of recent messages. Their numbers follow each other; the newest is always held. */
export function createRecent(): Recent {
  let entries: Entry[] = [];
  let bytes = 0;

  const shrink = (): void => {
    while (entries.length > 1 && (entries.length > MAX_ENTRIES || bytes > MAX_BYTES)) {
      bytes -= entries.shift()?.bytes ?? 0;
    }
  };
  const indexOf = (number: number): number => (entries[0] ? number - entries[0].number : -1);

  return {
    get oldest() {
      return entries[0]?.number;
    },
    push: (entry) => {
      entries.push(entry);
      bytes += entry.bytes;
      shrink();
    },
    from: (number, limits) => {
      const index = indexOf(number);
      return index < 0 ? undefined : cut(entries, index, limits);
    },
    one: (number) => entries[indexOf(number)],
    clear: () => {
      entries = [];
      bytes = 0;
    },
  };
}
