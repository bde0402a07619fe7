import { pino } from 'pino';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { EMPTY_JOURNAL, encodeRecord, markMessage, recordsMessage } from '../../src/core/journal.js';
import type { JournalRecord } from '../../src/core/types.js';
import type { JournalItem } from '../../src/feed/follow-journal.js';
import { createJournalFollower, type JournalFollower } from '../../src/feed/journal-follower.js';
import type { Bus, Producer } from '../../src/ports/bus.js';
import { dataDir } from '../support/stageline-process.js';

const TOPIC = 'persistent://ops/stageline/journal';
const time = '2026-01-01T00:00:00.000Z';

describe('the one reader of the journal', () => {
  let bus: Bus;
  let producer: Producer;
  let follower: JournalFollower;

  beforeEach(async () => {
    bus = await createLevelBus({ dir: dataDir() });
    producer = await bus.openProducer(TOPIC);
    follower = createJournalFollower({
      bus,
      topic: TOPIC,
      log: pino({ level: 'silent' }),
      now: () => Date.now(),
    });
    await producer.send(markMessage({ epoch: 1, writer: 'w', time }));
    let state = { ...EMPTY_JOURNAL, epoch: 1, writer: 'w' };
    for (let position = 1; position <= 3; position += 1) {
      const record = {
        v: 1,
        partition: 0,
        position,
        prev: state.hash,
        time,
        events: [],
      } as unknown as JournalRecord;
      const { line, hash } = encodeRecord(record);
      await producer.send(recordsMessage([line], state));
      state = { ...state, position, hash };
    }
  });
  afterEach(async () => {
    await follower.close();
    await bus.close();
  });

  const told = (item: JournalItem): string =>
    item.kind === 'records' ? String(item.lines[0]?.record.position) : item.kind;
  const until = async (done: () => boolean): Promise<void> => {
    for (const end = Date.now() + 10_000; !done() && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('tells a later start nothing of what an earlier one still had in hand', async () => {
    let release: () => void = () => undefined;
    const slow: string[] = [];
    const unsubscribe = follower.subscribe((item) => {
      slow.push(told(item));
      return told(item) === '2' ? new Promise<void>((resolve) => (release = resolve)) : undefined;
    });
    follower.start(undefined);
    await until(() => slow.at(-1) === '2');

    unsubscribe();
    const later: string[] = [];
    follower.subscribe((item) => void later.push(told(item)));
    follower.start(undefined);
    release();
    await until(() => later.at(-1) === '3');
    expect(later).toEqual(['mark', '1', '2', '3']);
    expect(slow).toEqual(['mark', '1', '2']);
  });

  it('goes on behind a start point, and says where the topic does not hold it', async () => {
    const all: { item: JournalItem; startId: string }[] = [];
    const unsubscribe = follower.subscribe(
      (item) => void all.push({ item, startId: item.kind === 'records' ? item.startId : '' }),
    );
    follower.start(undefined);
    await until(() => all.length === 4);
    unsubscribe();
    const second = all[2]!;
    const state = second.item.kind === 'records' ? second.item.state : EMPTY_JOURNAL;

    const later: string[] = [];
    follower.subscribe((item) => void later.push(told(item)));
    follower.start({ startId: second.startId, state });
    await until(() => later.at(-1) === '3');
    expect(later).toEqual(['started', '3']);

    let stopped = '';
    follower.start(
      { startId: second.startId, state: { ...state, hash: 'another' } },
      (error) => (stopped = error.code),
    );
    await until(() => stopped !== '');
    expect(stopped).toBe('JOURNAL_UNUSABLE');
  });
});
