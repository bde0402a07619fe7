import {
  EMPTY_JOURNAL,
  encodeRecord,
  markMessage,
  recordsMessage,
  type JournalMessage,
  type JournalState,
} from '../../src/core/journal.js';
import type { ChainMessage } from '../../src/core/chain/segments.js';
import type { JournalRecord } from '../../src/core/types.js';

/** Writes a journal as writers do, message by message. */
export interface JournalWriter {
  /** What the topic holds. */
  readonly messages: JournalMessage[];
  state(): JournalState;
  /** A new writer begins its term. */
  mark(writer?: string): void;
  /** A message of so many records. */
  records(count: number): void;
  /** Makes a message of records that is not on the topic; `at` is where its writer believes the journal to be. */
  unsent(
    count: number,
    at?: JournalState,
  ): { readonly message: JournalMessage; readonly behind: JournalState };
}

const START = Date.UTC(2026, 0, 1);

/** A record as the chain looks at it: who asked for what is left out. */
function recordAt(state: JournalState, position: number, prev: string | null): JournalRecord {
  const time = new Date(START + position * 1_000).toISOString();
  return {
    v: 1,
    partition: 0,
    position,
    prev,
    time,
    by: state.writer,
    events: [],
  } as unknown as JournalRecord;
}

export function createJournalWriter(): JournalWriter {
  const messages: JournalMessage[] = [];
  let state = EMPTY_JOURNAL;
  const unsent: JournalWriter['unsent'] = (count, at = state) => {
    let { position, hash } = at;
    const lines: Buffer[] = [];
    for (let index = 0; index < count; index += 1) {
      const encoded = encodeRecord(recordAt(at, position + 1, hash));
      lines.push(encoded.line);
      position += 1;
      ({ hash } = encoded);
    }
    return { message: recordsMessage(lines, at), behind: { ...at, position, hash } };
  };
  return {
    messages,
    state: () => state,
    mark(writer = `writer-${state.epoch + 1}`) {
      const epoch = state.epoch + 1;
      messages.push(markMessage({ epoch, writer, time: new Date(START).toISOString() }));
      state = { ...state, epoch, writer, origin: state.origin || writer };
    },
    records(count) {
      const { message, behind } = unsent(count);
      messages.push(message);
      state = behind;
    },
    unsent,
  };
}

/** Messages as a reader gets them, numbered. */
export function asRead(messages: readonly JournalMessage[]): ChainMessage[] {
  return messages.map((message, index) => ({
    ...message,
    id: String(index + 1),
    startId: index === 0 ? 'earliest' : String(index),
  }));
}
