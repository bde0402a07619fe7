import { EMPTY_JOURNAL, encodeRecord, type JournalState } from '../../src/core/journal.js';
import { readCheckpoint } from '../../src/core/checkpoint.js';
import { CHECKPOINT_ID } from '../../src/core/ids.js';
import type { JournalRecord } from '../../src/core/types.js';
import {
  foldAnew,
  type FoldAnew,
  type FoldAnewOptions,
  type FoldedLines,
} from '../../src/history/fold-anew.js';
import type { Documents } from '../../src/ports/documents.js';
import { createFakeLog } from './fake-log.js';

/** Records as they come out of messages of so many. */
export function messagesOf(records: readonly JournalRecord[], size: number): FoldedLines[] {
  const messages: FoldedLines[] = [];
  let state: JournalState = { ...EMPTY_JOURNAL, epoch: 1, writer: 'w', origin: 'w' };
  for (let start = 0; start < records.length; start += size) {
    const lines = records.slice(start, start + size).map((record) => {
      const { line, hash } = encodeRecord(record);
      return { record, hash, bytes: line };
    });
    const last = lines.at(-1);
    if (last === undefined) break;
    const { position, time } = last.record;
    state = { ...state, position, time, hash: last.hash };
    messages.push({ lines, state, startId: `before-${start + 1}` });
  }
  return messages;
}

/** A fold into a database, from its own checkpoint. */
export async function openFold(documents: Documents, more: Partial<FoldAnewOptions> = {}): Promise<FoldAnew> {
  const stored = (await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID);
  return foldAnew({
    documents,
    checkpoint: readCheckpoint(stored?.body),
    checkpointRev: stored?.rev,
    log: createFakeLog(),
    signal: new AbortController().signal,
    ...more,
  });
}

/** Folds messages into a database and closes the fold. */
export async function foldInto(documents: Documents, messages: readonly FoldedLines[]): Promise<void> {
  const fold = await openFold(documents);
  for (const message of messages) if (message.state.position > fold.position()) await fold.take(message);
  await fold.stored();
  await fold.close();
}

/** All documents that belong to the fold, as they are stored. */
export async function bodiesOf(
  documents: Documents,
  belongs: (id: string) => boolean,
): Promise<Map<string, unknown>> {
  const all = await documents.range({ start: '', end: '\uffff', limit: 1_000_000 });
  return new Map(all.filter(({ id }) => belongs(id)).map(({ id, body }) => [id, body]));
}
