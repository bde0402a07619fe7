import { AppError } from '../../errors.js';

export interface PartLimits {
  /** How long the client may be without a connection until what it holds counts as lost. */
  readonly disconnectedMs: number;
  /** How often to look. */
  readonly checkMs: number;
  /** How long closing a reader waits for a read under way. */
  readonly closeMs: number;
}

export interface PartOptions {
  /** What it is, for messages: `the producer on persistent://…`. */
  readonly what: string;
  readonly limits: PartLimits;
  readonly isConnected: () => boolean;
  /** Called once, before anything is closed: reject what waits. */
  readonly onEnd: (reason: AppError) => void;
  /** Gives the client's object back. */
  readonly release: () => Promise<unknown>;
}

/** The life of a producer, consumer or reader: open, then lost or closed. */
export interface Part {
  readonly lost: AbortSignal;
  readonly ended: AppError | undefined;
  fail(reason: AppError): void;
  close(): Promise<void>;
}

/**
 * Watches over one of the client's objects. The client reconnects by itself, and a fenced producer never does: what has
 * no connection for `disconnectedMs` is lost.
 */
export function createPart({ what, limits, isConnected, onEnd, release }: PartOptions): Part {
  const lost = new AbortController();
  let ended: AppError | undefined;
  let released: Promise<void> | undefined;
  let lastConnected = performance.now();

  const end = (reason: AppError): Promise<void> => {
    if (released !== undefined) return released;
    ended = reason;
    clearInterval(timer);
    onEnd(reason);
    released = release().then(
      () => undefined,
      // The client says AlreadyClosed of what a broker closed first: then there is nothing to give back.
      () => undefined,
    );
    return released;
  };
  const fail = (reason: AppError): void => {
    if (ended !== undefined) return;
    void end(reason);
    lost.abort(reason);
  };
  const timer = setInterval(() => {
    if (isConnected()) lastConnected = performance.now();
    else if (performance.now() - lastConnected >= limits.disconnectedMs) {
      fail(
        new AppError('ENGINE_UNAVAILABLE', `${what} has had no connection for ${limits.disconnectedMs} ms`),
      );
    }
  }, limits.checkMs);

  return {
    lost: lost.signal,
    get ended() {
      return ended;
    },
    fail,
    close: () => end(new AppError('CLOSED', `${what} is closed`)),
  };
}
