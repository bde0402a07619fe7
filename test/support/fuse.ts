import { AppError } from '../../src/errors.js';
import type { Bus } from '../../src/ports/bus.js';
import type { Documents, DocumentStore } from '../../src/ports/documents.js';

/** Lets so many durable writes through; with the next one the process is dead: nothing works any more. */
export interface Fuse {
  /** Takes up to `wanted` writes: how many of them are done. */
  spend(wanted: number): number;
  readonly spent: () => number;
  readonly blown: AbortSignal;
}

export function createFuse(writes: number): Fuse {
  const blowing = new AbortController();
  let spent = 0;
  return {
    spend(wanted) {
      if (blowing.signal.aborted) return 0;
      const taken = Math.min(wanted, writes - spent);
      spent += taken;
      if (taken < wanted) blowing.abort();
      return taken;
    },
    spent: () => spent,
    blown: blowing.signal,
  };
}

function alive({ blown }: Fuse): void {
  if (blown.aborted) throw new AppError('CLOSED', 'the process is dead');
}

/** Waits for what was asked, but a dead process never hears the answer. */
async function heard<T>(fuse: Fuse, asked: () => Promise<T>): Promise<T> {
  alive(fuse);
  const answer = await asked();
  alive(fuse);
  return answer;
}

/** Does one durable write, or dies. */
function once<T>(fuse: Fuse, write: () => Promise<T>): Promise<T> {
  return heard(fuse, async () => {
    if (fuse.spend(1) === 0) throw new AppError('CLOSED', 'the process died before this write');
    return write();
  });
}

/** A bus whose every stored message and acknowledgement takes from the fuse. What a topic does not keep does not. */
export function withFuse(bus: Bus, fuse: Fuse): Bus {
  return {
    ...bus,
    async openProducer(topic, options) {
      const producer = await heard(fuse, () => bus.openProducer(topic, options));
      const kept = topic.startsWith('persistent://');
      return {
        ...producer,
        send: (message) =>
          kept ? once(fuse, () => producer.send(message)) : heard(fuse, () => producer.send(message)),
      };
    },
    async openConsumer(topic, options) {
      const consumer = await heard(fuse, () => bus.openConsumer(topic, options));
      return {
        ...consumer,
        receive: (receiving) => heard(fuse, () => consumer.receive(receiving)),
        acknowledge: (message) => once(fuse, () => consumer.acknowledge(message)),
      };
    },
    async openReader(topic, options) {
      const reader = await heard(fuse, () => bus.openReader(topic, options));
      return { ...reader, receive: (receiving) => heard(fuse, () => reader.receive(receiving)) };
    },
  };
}

/** A store whose every written document takes from the fuse: of a bulk write that it does not let through, a part is done. */
export function storeWithFuse(store: DocumentStore, fuse: Fuse): DocumentStore {
  const within = (documents: Documents): Documents => ({
    name: documents.name,
    get: (ids) => heard(fuse, () => documents.get(ids)),
    range: (options) => heard(fuse, () => documents.range(options)),
    write: (writes) =>
      heard(fuse, async () => {
        const before = fuse.spent();
        const count = fuse.spend(writes.length);
        if (count === writes.length) return documents.write(writes);
        // Which part is left to the store: here it is the first or the last.
        const part = before % 2 === 0 ? writes.slice(0, count) : writes.slice(writes.length - count);
        if (part.length > 0) await documents.write(part);
        throw new AppError('CLOSED', 'the process died within this write');
      }),
  });
  return {
    ...store,
    current: () => heard(fuse, () => store.current()),
    list: () => heard(fuse, () => store.list()),
    setCurrent: (name) => once(fuse, () => store.setCurrent(name)),
    open: async (name) => within(await heard(fuse, () => store.open(name))),
    create: async (name) => within(await once(fuse, () => store.create(name))),
    drop: (name) => once(fuse, () => store.drop(name)),
  };
}
