import { admit, EMPTY_JOURNAL, type JournalState } from '../../../src/core/journal.js';
import { writeBackup } from '../../../src/history/backup.js';
import { restoreJournal, type RestoreOptions } from '../../../src/history/restore.js';
import { createFakeBus, type FakeBus } from '../../support/fake-bus.js';
import { recordOf } from '../../support/fake-feed.js';
import { linesOf, recordsSource } from '../../support/records-source.js';

const TOPIC = 'persistent://ops/stageline/journal';
const COUNT = 20;
const records = Array.from({ length: COUNT }, (_, index) => recordOf(index + 1, []));
const lines = linesOf(records);
let backup: Buffer;

beforeAll(async () => {
  const parts: Buffer[] = [];
  for await (const { bytes } of writeBackup(recordsSource(records), { madeAt: '2026-01-31T12:00:00.000Z' }))
    parts.push(bytes);
  backup = Buffer.concat(parts);
});

function restore(bus: FakeBus, more: Partial<RestoreOptions> = {}): Promise<JournalState> {
  return restoreJournal({
    bus,
    topic: TOPIC,
    open: async function* () {
      yield backup;
    },
    writer: 'restorer',
    now: () => Date.UTC(2026, 1, 1),
    maxBytes: 2_000,
    quietMs: 20,
    ...more,
  });
}

/** What a reader of the topic makes of it. */
function journalOn(bus: FakeBus): { state: JournalState; bytes: string[]; messages: number } {
  let state = EMPTY_JOURNAL;
  const bytes: string[] = [];
  const messages = bus.topics.get(TOPIC) ?? [];
  for (const message of messages) {
    const admission = admit(state, message);
    if (admission.kind === 'void') throw new Error(admission.reason);
    ({ state } = admission);
    if (admission.kind === 'records') bytes.push(...admission.lines.map((line) => line.bytes.toString()));
  }
  return { state, bytes, messages: messages.length };
}

describe('restoring a journal', () => {
  it('writes a mark and the exact lines, cut by bytes, and gives the journal a name of its own', async () => {
    const bus = createFakeBus();
    const told: number[] = [];
    const state = await restore(bus, { progress: (position, of) => told.push(position, of) });
    const journal = journalOn(bus);
    expect(journal.bytes).toEqual(lines.map((line) => line.bytes.toString()));
    expect(journal.state).toEqual(state);
    expect(state).toMatchObject({
      epoch: 1,
      writer: 'restorer',
      origin: 'restorer',
      position: COUNT,
      restored: COUNT,
      hash: lines.at(-1)?.hash,
    });
    for (const { payload } of bus.topics.get(TOPIC) ?? []) expect(payload.length).toBeLessThanOrEqual(2_000);
    expect(journal.messages).toBeGreaterThan(4);
    expect(told.slice(-2)).toEqual([COUNT, COUNT]);
    expect(bus.opened).toMatchObject([{ name: 'stageline-writer', exclusive: true }]);
  });

  it('refuses a journal that holds anything, a mark too', async () => {
    const bus = createFakeBus();
    bus.put(TOPIC, 'anything');
    await expect(restore(bus)).rejects.toMatchObject({ code: 'JOURNAL_NOT_EMPTY' });
    expect(bus.topics.get(TOPIC)).toHaveLength(1);
  });

  it('writes nothing out of a backup that is not whole', async () => {
    const bus = createFakeBus();
    const cut = async function* (): AsyncGenerator<Uint8Array> {
      yield backup.subarray(0, -10);
    };
    await expect(restore(bus, { open: cut })).rejects.toMatchObject({ code: 'BACKUP_UNUSABLE' });
    expect(bus.topics.get(TOPIC)).toBeUndefined();
    expect(bus.opened).toEqual([]);
  });

  it('writes nothing out of an empty backup', async () => {
    const parts: Buffer[] = [];
    for await (const { bytes } of writeBackup(recordsSource([]), { madeAt: '2026-01-31T12:00:00.000Z' }))
      parts.push(bytes);
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield* parts;
    };
    await expect(restore(createFakeBus(), { open })).rejects.toThrow('holds no record');
  });

  it('refuses records that are larger than the bus takes', async () => {
    const bus = { ...createFakeBus(), maxMessageBytes: 100 };
    await expect(restore(bus)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('notices a service that takes the journal meanwhile', async () => {
    const bus = createFakeBus();
    let sends = 0;
    bus.beforeSend = async () => {
      sends += 1;
      if (sends !== 3) return;
      const mark = { epoch: 2, writer: 'service', time: '2026-02-01T00:00:00.000Z' };
      (bus.topics.get(TOPIC) ?? []).push({
        id: String(bus.topics.get(TOPIC)?.length),
        payload: Buffer.from(JSON.stringify({ mark })),
        properties: { type: 'mark', epoch: '2', writer: 'service' },
        publishTime: 0,
      });
    };
    await expect(restore(bus)).rejects.toMatchObject({
      code: 'JOURNAL_UNUSABLE',
      message: expect.stringContaining('a service has taken the journal meanwhile') as unknown,
    });
  });

  it('fails where the bus does not store what it is sent', async () => {
    const bus = createFakeBus();
    let sends = 0;
    bus.beforeSend = async () => {
      sends += 1;
      if (sends === 3) bus.sends = 'unknown-lost';
    };
    await expect(restore(bus)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
