import { pause } from '../core/pause.js';
import { messageOf } from '../errors.js';
import type { Log } from '../ports/system.js';

/** Something of the bus that can be lost. */
interface Losable {
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

export interface KeptOpenOptions<T> {
  /** For the log and the health. */
  readonly name: string;
  readonly open: () => Promise<T>;
  /** Works with it until it is lost or `signal` is aborted; rejects where it turns out to be lost. @defaultValue waits */
  readonly use?: (thing: T, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  /** Pause before the second attempt; it doubles up to fifty times that. @defaultValue 100 */
  readonly firstPauseMs?: number;
}

/** One thing that is opened again whenever it is lost. */
export interface KeptOpen<T> {
  /** Resolves after the first attempt, whatever came of it. */
  readonly tried: Promise<void>;
  /** Undefined while there is none. */
  current(): T | undefined;
  /** Why there is none. */
  fault(): string;
  close(): Promise<void>;
}

/** Keeps one thing of the bus open, with growing pauses between attempts. */
export function keepOpen<T extends Losable>(options: KeptOpenOptions<T>): KeptOpen<T> {
  const { name, log, firstPauseMs = 100 } = options;
  const use = options.use ?? hold;
  const closing = new AbortController();
  const { signal } = closing;
  const ended = (): boolean => signal.aborted;
  let held: { readonly thing: T; shut?: Promise<void> } | undefined;
  let fault = 'not open yet';
  let failures = 0;
  let markTried = (): void => undefined;
  const tried = new Promise<void>((resolve) => (markTried = resolve));

  const shut = async (): Promise<void> => {
    if (held === undefined) return;
    held.shut ??= held.thing.close().catch(() => undefined);
    await held.shut;
  };

  const openAndUse = async (): Promise<void> => {
    const thing = await options.open();
    held = { thing };
    if (failures > 0) log.info({ topic: name, attempts: failures }, 'reopened');
    failures = 0;
    markTried();
    await use(thing, AbortSignal.any([signal, thing.lost]));
    throw new Error(`lost: ${messageOf(thing.lost.reason ?? 'closed')}`);
  };

  const cycle = async (): Promise<void> => {
    while (!ended()) {
      await openAndUse().catch((error: unknown) => (fault = messageOf(error)));
      await shut();
      held = undefined;
      markTried();
      if (ended()) return;
      if (failures === 0) log.warn({ topic: name, reason: fault }, 'connection-lost');
      await pause(firstPauseMs * Math.min(50, 2 ** failures), signal);
      failures += 1;
    }
  };
  const running = cycle();

  return {
    tried,
    current: () => (held?.thing.lost.aborted === true ? undefined : held?.thing),
    fault: () => fault,
    async close() {
      closing.abort();
      // A reader that waits for messages answers when it is closed, not before.
      await shut();
      await running;
    },
  };
}

/** Nothing is done with it until it is lost or let go. */
function hold(_thing: unknown, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
