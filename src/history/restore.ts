import {
  admit,
  EMPTY_JOURNAL,
  markMessage,
  recordsMessage,
  type JournalMessage,
  type JournalState,
} from '../core/journal.js';
import type { BackupTrailer } from '../core/types.js';
import { AppError } from '../errors.js';
import type { Bus, Producer, Reader, ReceivedMessage } from '../ports/bus.js';
import { JOURNAL_PRODUCER } from '../processor/lease.js';
import { readBackup } from './backup.js';

/** Messages sent and not stored yet at most. */
const MAX_IN_FLIGHT = 8;
/** What was sent and does not come back in this time is lost. */
const READ_BACK_MS = 15_000;

export interface RestoreOptions {
  readonly bus: Bus;
  /** The journal topic; it must hold nothing. */
  readonly topic: string;
  /** The backup, from its beginning, each time anew. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** The random id of this writer, which names the restored journal. */
  readonly writer: string;
  readonly now: () => number;
  /** Largest message, in bytes. */
  readonly maxBytes: number;
  /** A topic that says nothing for so long is empty. */
  readonly quietMs: number;
  /** Told how far it is. */
  readonly progress?: (position: number, of: number) => void;
}

/** Reads a whole backup and says what it holds. BACKUP_UNUSABLE where it is not what was written. */
export async function checkBackup(
  open: RestoreOptions['open'],
): Promise<BackupTrailer & { readonly longest: number }> {
  let trailer: BackupTrailer | undefined;
  let longest = 0;
  for await (const part of readBackup(open())) {
    if (part.kind === 'record') longest = Math.max(longest, part.line.bytes.length);
    if (part.kind === 'trailer') ({ trailer } = part);
  }
  if (trailer === undefined || trailer.records === 0)
    throw new AppError('BACKUP_UNUSABLE', 'The backup holds no record; there is nothing to restore.');
  return { ...trailer, longest };
}

/**
 * Writes a backup into an empty journal, under the writer's lease, so that no service runs meanwhile; all of it is read
 * back. The journal's mark says that it is a restored one: what its records owe may be out already. A restore that does not
 * come to its end leaves a journal that no service starts with.
 */
export async function restoreJournal(options: RestoreOptions): Promise<JournalState> {
  const { bus, topic } = options;
  const expected = await checkBackup(options.open);
  if (expected.longest > bus.maxMessageBytes) {
    const detail = `The backup has a record of ${expected.longest} bytes, the bus takes ${bus.maxMessageBytes}.`;
    throw new AppError('TOO_LARGE', detail);
  }
  const producer = await bus.openProducer(topic, {
    name: JOURNAL_PRODUCER,
    exclusive: true,
    sendTimeoutMs: 10_000,
  });
  let reader: Reader | undefined;
  try {
    reader = await bus.openReader(topic, { start: 'earliest' });
    if ((await receive(reader, options.quietMs)).length > 0) throw notEmpty(topic);
    const restored = expected.lastPosition;
    const time = new Date(options.now()).toISOString();
    await producer.send(markMessage({ epoch: 1, writer: options.writer, time, restored }));
    const reading = readBack(reader, expected, options);
    const [state] = await Promise.all([reading, sendAll(producer, options)]);
    return state;
  } finally {
    await reader?.close();
    await producer.close();
  }
}

/** Sends all records in messages, some at a time. */
async function sendAll(producer: Producer, { open, writer, maxBytes }: RestoreOptions): Promise<void> {
  const flying = new Set<Promise<unknown>>();
  let batch: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const message: JournalMessage = recordsMessage(batch, { epoch: 1, writer });
    const sent: Promise<unknown> = producer.send(message).finally(() => flying.delete(sent));
    flying.add(sent);
    // Looked at below; until then it must not count as unhandled.
    sent.catch(() => undefined);
    batch = [];
    bytes = 0;
    if (flying.size >= MAX_IN_FLIGHT) await Promise.all(flying);
  };
  for await (const part of readBackup(open())) {
    if (part.kind !== 'record') continue;
    const line = part.line.bytes;
    if (bytes + line.length + 1 > maxBytes) await flush();
    batch.push(line);
    bytes += line.length + 1;
  }
  await flush();
  await Promise.all(flying);
}

/** Reads what was sent until the last record counts. */
async function readBack(
  reader: Reader,
  { lastPosition, lastHash }: BackupTrailer,
  { writer, progress }: RestoreOptions,
): Promise<JournalState> {
  let state = EMPTY_JOURNAL;
  while (state.position < lastPosition || state.epoch === 0) {
    const messages = await receive(reader, READ_BACK_MS);
    if (messages.length === 0)
      throw unfinished(`nothing comes back behind position ${state.position}`, lastPosition);
    for (const message of messages) {
      const admission = admit(state, message);
      if (admission.kind === 'void') throw unfinished(admission.reason, lastPosition);
      if (admission.kind === 'mark' && admission.mark.writer !== writer)
        throw unfinished('a service has taken the journal meanwhile', lastPosition);
      ({ state } = admission);
    }
    progress?.(state.position, lastPosition);
  }
  if (state.hash !== lastHash) throw unfinished('the last record came back as another', lastPosition);
  return state;
}

function receive(reader: Reader, waitMs: number): Promise<ReceivedMessage[]> {
  return reader.receive({ max: 500, maxBytes: 8 * 1024 * 1024, waitMs });
}

function notEmpty(topic: string): AppError {
  return new AppError(
    'JOURNAL_NOT_EMPTY',
    `${topic} holds messages already. A backup is restored into an empty journal: take another data directory, or delete the topic.`,
  );
}

function unfinished(reason: string, lastPosition: number): AppError {
  return new AppError(
    'JOURNAL_UNUSABLE',
    `The journal was not restored up to position ${lastPosition}: ${reason}. Delete what is there (the data directory, or the topic) and restore again.`,
  );
}
