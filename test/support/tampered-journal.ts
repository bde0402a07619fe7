import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { decode, encode, messageKey, stamp } from '../../src/adapters/level/bus-codec.js';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { parseLines, type JournalMessage } from '../../src/core/journal.js';
import type { ReceivedMessage } from '../../src/ports/bus.js';

export const JOURNAL = 'persistent://ops/stageline/journal';

/** A message of the journal, as somebody with an editor sees it. */
export interface EditableMessage extends JournalMessage {
  readonly publishTime: number;
}

/** Rewrites the journal in the data directory of a stopped service: its messages are what `edit` makes of them. */
export async function tamper(
  dir: string,
  edit: (messages: readonly EditableMessage[]) => readonly EditableMessage[],
): Promise<void> {
  const db = new ClassicLevel<string, Buffer>(join(dir, 'bus'), {
    keyEncoding: 'utf8',
    valueEncoding: 'buffer',
  });
  await db.open();
  try {
    const range = { gt: messageKey(JOURNAL, 0), lt: `${messageKey(JOURNAL, 0).slice(0, -17)}\u0001` };
    const entries = await db.iterator(range).all();
    const before = entries.map(([, value], index) => {
      const { payload, properties, publishTime } = decode(index + 1, value).message;
      return { payload, properties, publishTime };
    });
    const batch = db.batch();
    for (const [key] of entries) batch.del(key);
    for (const [index, { payload, properties, publishTime }] of edit(before).entries()) {
      const value = encode({ payload, properties });
      stamp(value, publishTime);
      batch.put(messageKey(JOURNAL, index + 1), value);
    }
    await batch.write({ sync: true });
  } finally {
    await db.close();
  }
}

/** The lines of a message of records; none of another one. */
export function linesIn({ payload, properties }: JournalMessage): Buffer[] {
  return properties['type'] === 'records' ? parseLines(payload).map(({ bytes }) => bytes) : [];
}

/** The positions of the records in a message. */
export function positionsIn(message: JournalMessage): number[] {
  return linesIn(message).map((line) => (JSON.parse(line.toString()) as { position: number }).position);
}

/** The same message with other lines. */
export function withLines<Message extends JournalMessage>(
  message: Message,
  lines: readonly Buffer[],
): Message {
  return {
    ...message,
    payload: Buffer.concat(
      lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])),
    ),
  };
}

/** Where a position stands: which message, and which line in it. */
export function placeOf(
  messages: readonly JournalMessage[],
  position: number,
): { message: number; line: number } {
  const message = messages.findIndex((one) => positionsIn(one).includes(position));
  const line = message === -1 ? -1 : positionsIn(messages[message] as JournalMessage).indexOf(position);
  return { message, line };
}

/** Everything that a topic of a stopped service holds. */
export async function messagesOn(dir: string, topic: string): Promise<ReceivedMessage[]> {
  const bus = await createLevelBus({ dir });
  const reader = await bus.openReader(topic, { start: 'earliest' });
  const messages: ReceivedMessage[] = [];
  for (;;) {
    // Nobody writes: what there is comes at once.
    const some = await reader.receive({ max: 1_000, waitMs: 100 });
    if (some.length === 0) break;
    messages.push(...some);
  }
  await reader.close();
  await bus.close();
  return messages;
}
