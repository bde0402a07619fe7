import type { Bus, OutgoingMessage, Producer } from '../ports/bus.js';

/** Producers by topic, opened when first needed. */
export interface Producers {
  send(topic: string, message: OutgoingMessage): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<Producer>;
  users: number;
}

/** Keeps at most `max` producers; those unused for longest go first. */
export function createProducers(bus: Bus, max = 256): Producers {
  const entries = new Map<string, Entry>();

  const closeEntry = async ({ opening }: Entry): Promise<void> => {
    await opening.then((producer) => producer.close()).catch(() => undefined);
  };

  const evict = (): void => {
    for (const [topic, entry] of entries) {
      if (entries.size < max) return;
      if (entry.users > 0) continue;
      entries.delete(topic);
      void closeEntry(entry);
    }
  };

  return {
    async send(topic, message) {
      let entry = entries.get(topic);
      if (entry === undefined) {
        evict();
        entry = { opening: bus.openProducer(topic), users: 0 };
      }
      // Set anew each time: the map's order is the order of last use.
      entries.delete(topic);
      entries.set(topic, entry);
      entry.users++;
      try {
        await (await entry.opening).send(message);
      } finally {
        entry.users--;
      }
    },
    async close() {
      const all = [...entries.values()];
      entries.clear();
      await Promise.all(all.map(closeEntry));
    },
  };
}
