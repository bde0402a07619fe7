import type { Package } from './package.js';

/** Packages by release and location: those that are wanted at once are read once. */
export interface PackageCache {
  get(key: string, read: () => Promise<Package>): Promise<Package>;
}

/** How long a failure stands for the other functions of the release. */
const FAILURE_MS = 10_000;
const MAX_ENTRIES = 64;
/** Reads at once: each may hold a large package. */
const READS = 2;

interface Entry {
  readonly reading: Promise<Package>;
  bytes: number;
}

/** Keeps what was used last, up to `maxBytes`; always the newest. */
export function createPackageCache(maxBytes: number): PackageCache {
  const entries = new Map<string, Entry>();
  const waiting: (() => void)[] = [];
  let reads = 0;

  const inTurn = async (read: () => Promise<Package>): Promise<Package> => {
    if (reads >= READS) await new Promise<void>((resolve) => waiting.push(resolve));
    else reads++;
    try {
      return await read();
    } finally {
      const next = waiting.shift();
      if (next === undefined) reads--;
      else next();
    }
  };

  const shrink = (): void => {
    let bytes = 0;
    for (const entry of entries.values()) bytes += entry.bytes;
    for (const [key, entry] of entries) {
      if (entries.size === 1 || (bytes <= maxBytes && entries.size <= MAX_ENTRIES)) return;
      entries.delete(key);
      bytes -= entry.bytes;
    }
  };

  const forget = (key: string, entry: Entry): void => {
    if (entries.get(key) === entry) entries.delete(key);
  };

  return {
    get(key, read) {
      const entry = entries.get(key) ?? { reading: inTurn(read), bytes: 0 };
      if (!entries.has(key))
        entry.reading.then(
          (found) => {
            entry.bytes = found.kind === 'data' ? found.body.length : 0;
            shrink();
          },
          () => {
            setTimeout(() => forget(key, entry), FAILURE_MS).unref();
          },
        );
      // Set anew each time: the map's order is the order of last use.
      entries.delete(key);
      entries.set(key, entry);
      return entry.reading;
    },
  };
}
