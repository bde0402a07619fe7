import { AppError } from '../../errors.js';

/** What producers, consumers and readers have in common: they end once, by close() or by a loss. */
export interface Handle {
  readonly lost: AbortSignal;
  /** Why it is of no use any more. */
  readonly ended: AppError | undefined;
  /** Ends it with a reason that its user is told. Once only. */
  lose(error: AppError): void;
  readonly close: () => Promise<void>;
}

/** Makes a handle. `onEnd` gives everything back at once; `drained` is what close() waits for. */
export function createHandle(
  what: string,
  onEnd: (error: AppError) => void,
  drained: () => Promise<void> = () => Promise.resolve(),
): Handle {
  const controller = new AbortController();
  let ended: AppError | undefined;

  const end = (error: AppError): boolean => {
    if (ended) return false;
    ended = error;
    onEnd(error);
    return true;
  };

  return {
    lost: controller.signal,
    get ended() {
      return ended;
    },
    lose: (error) => {
      if (end(error)) controller.abort(error);
    },
    close: async () => {
      end(new AppError('CLOSED', `The ${what} is closed.`));
      await drained();
    },
  };
}
