import { markMessage, recordsMessage, type JournalMessage } from '../../../src/core/journal.js';
import type { StartPoint } from '../../../src/core/start-point.js';
import {
  topicSource,
  type JournalSource,
  type TopicSourceOptions,
} from '../../../src/history/journal-source.js';
import { createFakeBus, type FakeBus } from '../../support/fake-bus.js';
import { recordOf } from '../../support/fake-feed.js';
import { createFakeLog } from '../../support/fake-log.js';
import { linesOf } from '../../support/records-source.js';

const TOPIC = 'persistent://ops/stageline/journal';
const IDLE_MS = 30;

/** A journal topic with a mark and so many records, two to a message. */
async function journal(count: number): Promise<FakeBus> {
  const bus = createFakeBus();
  const producer = await bus.openProducer(TOPIC);
  const lines = linesOf(Array.from({ length: count }, (_, index) => recordOf(index + 1, [])));
  const messages: JournalMessage[] = [markMessage({ epoch: 1, writer: 'w', time: '2026-01-01T00:00:00Z' })];
  for (let start = 0; start < count; start += 2) {
    const some = lines.slice(start, start + 2).map(({ bytes }) => bytes);
    messages.push(recordsMessage(some, { epoch: 1, writer: 'w' }));
  }
  for (const message of messages) await producer.send(message);
  return bus;
}

function sourceOf(bus: FakeBus, more: Partial<TopicSourceOptions> = {}): JournalSource {
  const log = createFakeLog();
  return topicSource({ bus, topic: TOPIC, log, head: () => undefined, idleMs: IDLE_MS, ...more });
}

interface Seen {
  readonly positions: readonly number[];
  readonly start: StartPoint | undefined;
  readonly end: number;
}

async function read(
  source: JournalSource,
  options: { readonly from?: StartPoint; readonly through?: number; readonly signal?: AbortSignal } = {},
): Promise<Seen> {
  const positions: number[] = [];
  let start: StartPoint | undefined;
  const state = await source.read({ signal: new AbortController().signal, ...options }, (item) => {
    if (item.kind !== 'records') return;
    for (const { record, hash } of item.lines) {
      positions.push(record.position);
      if (record.position === 3)
        start = { startId: item.startId, state: { ...item.state, position: 3, hash, time: record.time } };
    }
  });
  return { positions, start, end: state.position };
}

describe('the journal topic as a source', () => {
  it('is read to where it is silent', async () => {
    const { positions, end } = await read(sourceOf(await journal(5)));
    expect([positions, end]).toEqual([[1, 2, 3, 4, 5], 5]);
  });

  it('is read to where the process knows that it ends, and no further', async () => {
    const source = sourceOf(await journal(8), { head: () => 4, idleMs: 60_000 });
    expect((await read(source)).positions).toEqual([1, 2, 3, 4]);
    expect((await read(source, { through: 2 })).positions).toEqual([1, 2]);
    expect((await read(sourceOf(await journal(0), { head: () => 0 }))).positions).toEqual([]);
  });

  it('goes on from a start point, also in the middle of a message', async () => {
    const source = sourceOf(await journal(8), { head: () => 8 });
    const { start } = await read(source);
    expect((await read(source, { ...(start === undefined ? {} : { from: start }) })).positions).toEqual([
      4, 5, 6, 7, 8,
    ]);
  });

  it('says where it ends if that is before what is asked for', async () => {
    await expect(read(sourceOf(await journal(4)), { through: 7 })).rejects.toMatchObject({
      code: 'UNKNOWN_POSITION',
      message: expect.stringContaining('ends at position 4, before 7') as unknown,
    });
  });

  it('does not take a silence for the end where documents have got further', async () => {
    const source = sourceOf(await journal(4), { atLeast: async () => 6 });
    await expect(read(source)).rejects.toMatchObject({ code: 'JOURNAL_UNUSABLE' });
    expect((await read(sourceOf(await journal(6), { atLeast: async () => 6 }))).end).toBe(6);
  });

  it('does not wait for ever for records that are known to be there', async () => {
    const source = sourceOf(await journal(4), { head: () => 6 });
    await expect(read(source)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('does not take a bus that is away for one that is silent', async () => {
    const bus = await journal(4);
    bus.down = true;
    const log = createFakeLog();
    const reading = read(sourceOf(bus, { log }));
    while (log.lines.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    bus.down = false;
    expect((await reading).positions).toEqual([1, 2, 3, 4]);
  });

  it('is left when its reader wants no more', async () => {
    const stop = new AbortController();
    const reading = read(sourceOf(await journal(4), { idleMs: 60_000 }), { signal: stop.signal });
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
