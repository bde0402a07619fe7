import { createLevelBus } from '../../src/adapters/level/bus.js';
import { hashOf } from '../../src/core/canonical.js';
import { EMPTY_JOURNAL, encodeRecord, markMessage, recordsMessage } from '../../src/core/journal.js';
import type { JournalRecord } from '../../src/core/types.js';
import { problem } from '../../src/errors.js';
import { JOURNAL } from './tampered-journal.js';

const START = Date.UTC(2026, 0, 1);
const A_MESSAGE = 50;

/** Writes a journal of commands that were refused: long, and made in no time. */
export async function writeRejectedJournal(dir: string, records: number): Promise<void> {
  const bus = await createLevelBus({ dir });
  const producer = await bus.openProducer(JOURNAL);
  const time = new Date(START).toISOString();
  await producer.send(markMessage({ epoch: 1, writer: 'long', time }));
  let state = { ...EMPTY_JOURNAL, epoch: 1, writer: 'long' };
  let lines: Buffer[] = [];
  const sends: Promise<unknown>[] = [];
  for (let position = 1; position <= records; position += 1) {
    const { line, hash } = encodeRecord(recordAt(position, state.hash));
    lines.push(line);
    state = { ...state, position, hash };
    if (lines.length < A_MESSAGE && position < records) continue;
    sends.push(producer.send(recordsMessage(lines, state)));
    lines = [];
  }
  await Promise.all(sends);
  await bus.close();
}

function recordAt(position: number, prev: string | null): JournalRecord {
  const id = `01900000-0000-7000-8000-${String(position).padStart(12, '0')}`;
  const command = { id, command: 'rollback', project: 'default', params: { environment: 'test' } };
  return {
    v: 1,
    partition: 0,
    position,
    prev,
    time: new Date(START + position).toISOString(),
    command,
    commandHash: hashOf(command),
    actor: { name: 'local', roles: ['admin'] },
    via: 'commands',
    outcome: 'rejected',
    error: problem('NO_EARLIER_RELEASE', 'There is no release of test to return to.'),
    events: [],
  };
}
