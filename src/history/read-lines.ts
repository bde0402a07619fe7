import { createBell } from '../core/bell.js';
import type { JournalState, RecordLine } from '../core/journal.js';
import { isAborted } from '../core/pause.js';
import type { StartPoint } from '../core/start-point.js';
import type { JournalSource } from './journal-source.js';

export interface ReadLines {
  /** Where to begin; undefined: the beginning. Not behind `from`. */
  readonly start?: StartPoint | undefined;
  /** The first position. @defaultValue 1 */
  readonly from?: number | undefined;
  /** The last position. @defaultValue where the journal ends now */
  readonly to?: number | undefined;
  readonly signal?: AbortSignal;
}

/** Records that stood in one message, and the journal behind them. */
export interface ReadMessage {
  readonly lines: readonly RecordLine[];
  readonly state: JournalState;
}

/** The records of a journal, a message at a time: the next one is read when it is asked for. */
export async function* readLines(
  source: JournalSource,
  { start, from = 1, to, signal }: ReadLines = {},
): AsyncGenerator<ReadMessage, void> {
  const stop = new AbortController();
  const ends = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const moved = createBell();
  const held: { message: ReadMessage | undefined; ended: boolean; error: unknown } = {
    message: undefined,
    ended: false,
    error: undefined,
  };
  const reading = source
    .read({ from: start, through: to, signal: ends }, async (item) => {
      if (item.kind !== 'records') return;
      const lines = item.lines.filter(
        ({ record }) => record.position >= from && record.position <= (to ?? Infinity),
      );
      if (lines.length === 0) return;
      const message = { lines, state: item.state };
      held.message = message;
      moved.ring();
      while (held.message === message && !isAborted(ends)) await moved.wait(undefined, ends);
    })
    .catch((error: unknown) => {
      held.error = error;
    })
    .finally(() => {
      held.ended = true;
      moved.ring();
    });
  try {
    for (;;) {
      const { message } = held;
      if (message !== undefined) {
        yield message;
        held.message = undefined;
        moved.ring();
      } else if (held.ended) {
        if (held.error !== undefined) throw held.error as Error;
        return;
      } else {
        await moved.wait();
      }
    }
  } finally {
    stop.abort();
    await reading;
  }
}
