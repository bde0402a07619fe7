import { parseLines, type JournalMessage, type JournalState } from '../../../src/core/journal.js';
import { createAppender, type Appender } from '../../../src/processor/appender.js';
import type { Outcome } from '../../../src/processor/outcome.js';
import type { Layer, Overlay } from '../../../src/processor/overlay.js';

const STATE: JournalState = { epoch: 3, writer: 'w', origin: 'o', position: 10, hash: 'h10', time: '' };

describe('the appender', () => {
  let now: number;
  let sent: JournalMessage[];
  let appender: Appender;

  beforeEach(() => {
    now = 1_000_000;
    sent = [];
    const overlay = {
      begin: (): Layer => ({ position: 0, changes: new Map() }),
      add: () => undefined,
    } as unknown as Overlay;
    appender = createAppender({
      overlay,
      state: STATE,
      maxBytes: 100,
      now: () => now,
      append: (message) => sent.push(message),
    });
  });

  const record = (position: number, bytes = 20): Outcome & { kind: 'record' } => {
    const line = Buffer.from(JSON.stringify({ position, pad: 'x'.repeat(bytes) }));
    return {
      kind: 'record',
      line,
      head: { position, hash: `h${position}`, time: '' },
      record: { position } as never,
      folded: new Map(),
    };
  };
  const at = (position: number): JournalState => ({ ...STATE, position, hash: `h${position}` });

  it('puts many records into one message and cuts by bytes, never through a record', () => {
    for (const position of [11, 12, 13]) appender.add(record(position));
    appender.flush();
    expect(sent.map(({ payload }) => parseLines(payload).map(({ raw }) => raw['position']))).toEqual([
      [11, 12],
      [13],
    ]);
    expect(sent[0]?.properties).toMatchObject({ type: 'records', epoch: '3', writer: 'w' });
    expect(appender.head()).toMatchObject({ position: 13 });
  });

  it('takes what comes back in order, and nothing else', () => {
    appender.add(record(11));
    appender.flush();
    appender.add(record(12));
    appender.flush();
    expect(appender.inFlight()).toBe(2);
    appender.cameBack(at(11), now);
    expect(appender.inFlight()).toBe(1);
    expect(() => appender.cameBack(at(13), now)).toThrow(/came back other than it was appended/);
  });

  it('fails an append that does not come back within five seconds', () => {
    appender.add(record(11));
    appender.flush();
    now += 5_000;
    expect(appender.inFlight()).toBe(1);
    now += 1;
    expect(() => appender.inFlight()).toThrow(/not read back/);
  });

  it.each([-61_000, 61_000])('gives the lease up when its clock is %i ms from that of the broker', (skew) => {
    appender.add(record(11));
    appender.flush();
    expect(() => appender.cameBack(at(11), now + skew)).toThrow(/clock/);
  });
});
