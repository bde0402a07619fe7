import { AppError } from '../../errors.js';

/** Something that is opened, may fail for good, and is then opened anew. */
export interface Engine {
  readonly failed: boolean;
  close(): Promise<void>;
}

/** Holds the engine in use. */
export interface Slot<E extends Engine> {
  /** The engine; after a failure a new one. Rejects as `open` does, or with CLOSED. */
  use(): Promise<E>;
  readonly close: () => Promise<void>;
}

/** Keeps one engine open: the next use after a failure closes the failed one, then opens another. */
export async function createSlot<E extends Engine>(open: () => Promise<E>): Promise<Slot<E>> {
  let current: E | undefined = await open();
  let opening: Promise<E> | undefined;
  let closed = false;

  const reopen = async (): Promise<E> => {
    try {
      await current?.close();
      current = undefined;
      current = await open();
      return current;
    } finally {
      opening = undefined;
    }
  };

  return {
    use: async () => {
      if (closed) throw new AppError('CLOSED', 'The engine is closed.');
      if (opening) return opening;
      if (current && !current.failed) return current;
      opening = reopen();
      return opening;
    },
    close: async () => {
      closed = true;
      await opening?.catch(() => undefined);
      await current?.close();
      current = undefined;
    },
  };
}
