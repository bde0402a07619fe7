import { recordsMessage, type JournalMessage, type JournalState, type RecordLine } from '../core/journal.js';
import { AppError } from '../errors.js';
import type { Head, Outcome } from './outcome.js';
import type { Layer, Overlay } from './overlay.js';

/** An append that has not come back by then has failed. */
const READ_BACK_MS = 5_000;
/** A writer whose clock is further than this from the broker's gives up the lease. */
const MAX_CLOCK_SKEW_MS = 60_000;

interface Batch {
  readonly lines: RecordLine[];
  readonly layer: Layer;
  bytes: number;
  sentAt: number;
  head: Head;
}

export interface AppenderOptions {
  readonly overlay: Overlay;
  /** Epoch and writer id in force. */
  readonly state: JournalState;
  readonly maxBytes: number;
  readonly now: () => number;
  readonly append: (message: JournalMessage, lines: readonly RecordLine[]) => void;
}

export interface Appender {
  /** Where the next record goes. */
  head(): Head;
  /** Puts a record on the batch under construction; a full batch is appended first. */
  add(outcome: Outcome & { kind: 'record' }): void;
  /** Appends the batch under construction, if there is one. */
  flush(): void;
  /** Own records have come back from the journal: returns the layer that is committed with them. */
  cameBack(state: JournalState, publishTime: number): Layer;
  /** Batches appended and not yet come back. Throws where the oldest is overdue. */
  inFlight(): number;
}

/** Gathers records into batches, cut by bytes; each is one message, so that it counts as a whole or not at all. */
export function createAppender(options: AppenderOptions): Appender {
  const { overlay, state } = options;
  let head: Head = { position: state.position, hash: state.hash, time: state.time };
  let batch: Batch | undefined;
  const flying: Batch[] = [];

  const flush = (): void => {
    if (batch === undefined) return;
    batch.sentAt = options.now();
    flying.push(batch);
    const bytes = batch.lines.map((line) => line.bytes);
    options.append(recordsMessage(bytes, state), batch.lines);
    batch = undefined;
  };

  return {
    head: () => head,
    add(outcome) {
      const bytes = outcome.line.length + 1;
      if (batch !== undefined && batch.bytes + bytes > options.maxBytes) flush();
      batch ??= { lines: [], layer: overlay.begin(), bytes: 0, sentAt: 0, head };
      batch.lines.push({
        record: outcome.record,
        hash: outcome.head.hash as string,
        bytes: outcome.line,
      });
      batch.bytes += bytes;
      batch.head = outcome.head;
      overlay.add(batch.layer, outcome.record.position, outcome.folded);
      head = outcome.head;
    },
    flush,
    cameBack(at, publishTime) {
      const own = flying.shift();
      if (own?.head.position !== at.position || own.head.hash !== at.hash) {
        throw new AppError('LEASE_LOST', `position ${at.position} came back other than it was appended`);
      }
      const skew = own.sentAt - publishTime;
      if (Math.abs(skew) > MAX_CLOCK_SKEW_MS) {
        throw new AppError(
          'LEASE_LOST',
          `the clock here is ${Math.round(skew / 1_000)} s from the broker's; set it right`,
        );
      }
      return own.layer;
    },
    inFlight() {
      const [oldest] = flying;
      if (oldest !== undefined && options.now() - oldest.sentAt > READ_BACK_MS) {
        throw new AppError('ENGINE_UNAVAILABLE', `an append was not read back within ${READ_BACK_MS} ms`);
      }
      return flying.length;
    },
  };
}
