import { headLine, makeHead, parseHead } from '../../../src/core/heads.js';
import { EMPTY_JOURNAL, type JournalState } from '../../../src/core/journal.js';
import type { JournalHead } from '../../../src/core/types.js';
import { createHeadsExporter, type HeadsSink } from '../../../src/feed/heads-exporter.js';
import type { JournalItem, JournalListener } from '../../../src/feed/follow-journal.js';
import type { JournalFollower } from '../../../src/feed/journal-follower.js';
import { createFakeLog } from '../../support/fake-log.js';
import { headKeys, stateAt } from '../../support/head-states.js';
import { until } from '../../support/until.js';

const { key } = headKeys();

/** A follower that says what it is told to. */
function fakeFollower() {
  const listeners = new Set<JournalListener>();
  let state = EMPTY_JOURNAL;
  const follower = {
    subscribe: (listener: JournalListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
  } as unknown as JournalFollower;
  const say = (item: JournalItem): void => {
    if (item.kind !== 'void') state = item.state;
    for (const listener of listeners) void listener(item);
  };
  return {
    follower,
    /** A message with the one record that the state ends with. */
    reach(next: JournalState) {
      const { position, hash } = next;
      const lines = [{ record: { position }, hash, bytes: Buffer.alloc(0) }] as never;
      say({ kind: 'records', lines, state: next, startId: 'x', publishTime: 0 });
    },
    listeners: () => listeners.size,
  };
}

function fakeSink(before?: JournalHead) {
  const lines: string[] = [];
  const sink = {
    target: 'somewhere',
    last: async () => before,
    append: async (line: string) => {
      if (sink.fault !== undefined) throw new Error(sink.fault);
      lines.push(line);
    },
    close: async () => undefined,
    fault: undefined as string | undefined,
    lines,
    positions: () => lines.map((line) => (parseHead(line) as JournalHead).position),
  };
  return sink satisfies HeadsSink;
}

function setUp({ before, everyMs = 20 }: { before?: JournalHead; everyMs?: number } = {}) {
  const journal = fakeFollower();
  const sink = fakeSink(before);
  const log = createFakeLog();
  const stop = new AbortController();
  const exporter = createHeadsExporter({
    follower: journal.follower,
    sink,
    key: async () => key,
    everyMs,
    clock: { now: () => 1_000 },
    log,
  });
  const running = exporter.run(stop.signal);
  return {
    ...{ journal, sink, log, exporter },
    end: async (): Promise<void> => {
      stop.abort();
      await running;
      await exporter.close();
    },
  };
}

describe('the export of heads', () => {
  it('begins with the first record that is read, and follows when the head has moved', async () => {
    const { journal, sink, exporter, end } = setUp();
    journal.reach(stateAt(3));
    await until(() => sink.lines.length === 1);
    journal.reach(stateAt(4));
    journal.reach(stateAt(9));
    await until(() => sink.positions().at(-1) === 9);
    expect(sink.lines.at(-1)).toBe(headLine(makeHead(stateAt(9), key)));
    expect(exporter.standing()).toEqual({ target: 'somewhere', position: 9, state: 'running' });
    await end();
    expect(sink.positions().filter((position) => position === 9)).toHaveLength(1);
    expect(journal.listeners()).toBe(0);
  });

  it('exports the last head at a clean stop, however long the schedule', async () => {
    const { journal, sink, end } = setUp({ everyMs: 3_600_000 });
    journal.reach(stateAt(3));
    await until(() => sink.lines.length === 1);
    journal.reach(stateAt(9));
    await end();
    expect(sink.positions()).toEqual([3, 9]);
  });

  it('goes on behind what was exported before', async () => {
    const { journal, sink, exporter, end } = setUp({ before: makeHead(stateAt(5), key) });
    journal.reach(stateAt(3));
    await until(() => exporter.standing().position === 5);
    expect(exporter.standing()).toMatchObject({
      state: 'waiting',
      why: expect.stringContaining('ends at 3') as string,
    });
    journal.reach(stateAt(5));
    journal.reach(stateAt(6));
    await until(() => sink.lines.length > 0);
    expect(sink.positions()).toEqual([6]);
    await end();
  });

  it('is tried again, and told, while it cannot be done', async () => {
    const { journal, sink, log, exporter, end } = setUp();
    sink.fault = 'no space left';
    journal.reach(stateAt(3));
    await until(() => exporter.standing().state === 'waiting');
    expect(exporter.standing()).toMatchObject({
      position: 0,
      since: 1_000,
      why: 'No head can be exported: no space left. It is tried again.',
    });
    sink.fault = undefined;
    await until(() => exporter.standing().state === 'running');
    expect(sink.positions()).toEqual([3]);
    expect(log.lines.map(({ event }) => event)).toEqual(['head-not-exported', 'heads-exported-again']);
    await end();
  });

  it.each([
    ['of another journal', stateAt(5, { origin: 'restored' }), /of the journal origin, this one is restored/],
    ['with another hash', stateAt(5, { hash: 'A'.repeat(43) }), /position 5 has another hash/],
  ])('stops, loudly, before a head %s', async (_what, next, why) => {
    const { journal, sink, log, exporter, end } = setUp({ before: makeHead(stateAt(5), key) });
    journal.reach(next);
    await until(() => exporter.standing().state === 'stopped');
    expect(exporter.standing().why).toMatch(why);
    journal.reach({ ...next, position: 6 });
    await end();
    expect(sink.lines).toEqual([]);
    expect(log.lines.map(({ level, event }) => [level, event])).toEqual([
      ['error', 'head-contradicts-journal'],
    ]);
  });
});
