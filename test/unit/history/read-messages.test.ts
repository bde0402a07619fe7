import { AppError } from '../../../src/errors.js';
import { readMessages, type Messages } from '../../../src/history/read-messages.js';
import type { Bus, Reader, ReceivedMessage } from '../../../src/ports/bus.js';
import { createFakeLog } from '../../support/fake-log.js';

const lost = (): AppError => new AppError('ENGINE_UNAVAILABLE', 'the reader was lost');

function message(id: number): ReceivedMessage {
  return { id: String(id), payload: Buffer.from(String(id)), properties: {}, publishTime: 0 };
}

/** A bus whose readers answer in turn; each look takes as long as it was allowed to. */
function busWith(answers: (ReceivedMessage[] | AppError)[]): {
  bus: Bus;
  starts: unknown[];
  now: () => number;
} {
  const starts: unknown[] = [];
  let now = 0;
  const reader: Reader = {
    async receive({ waitMs }) {
      const answer = answers.shift() ?? [];
      if (answer instanceof Error) throw answer;
      if (answer.length === 0) now += waitMs;
      return answer;
    },
    lost: new AbortController().signal,
    close: async () => undefined,
  };
  const bus = {
    openReader: async (_topic: string, { start }: { start: unknown }) => {
      starts.push(start);
      return reader;
    },
  } as unknown as Bus;
  return { bus, starts, now: () => now };
}

const open = (
  answers: (ReceivedMessage[] | AppError)[],
  signal = new AbortController().signal,
): { messages: Messages; starts: unknown[] } => {
  const { bus, starts, now } = busWith(answers);
  return {
    starts,
    messages: readMessages({ bus, topic: 't', clock: { now }, log: createFakeLog(), signal }),
  };
};

describe('reading a topic message by message', () => {
  it('gives each with the one before it, to where nothing comes any more', async () => {
    const { messages, starts } = open([[message(1), message(2)], [], [message(3)]]);
    expect(await messages.next(1_000)).toMatchObject({ id: '1', startId: 'earliest' });
    expect(await messages.next(1_000)).toMatchObject({ id: '2', startId: '1' });
    expect(await messages.next(1_000)).toMatchObject({ id: '3', startId: '2' });
    expect(await messages.next(1_000)).toBeUndefined();
    expect(starts).toEqual(['earliest']);
  });

  it('opens a lost reader again behind the last message, and does not take its absence for the end', async () => {
    const { messages, starts } = open([[message(1)], [], lost(), [], [], [message(2)]]);
    expect(await messages.next(600)).toMatchObject({ id: '1' });
    expect(await messages.next(600)).toMatchObject({ id: '2', startId: '1' });
    expect(starts).toEqual(['earliest', { after: '1' }]);
  });

  it('ends with the signal, and with what no patience mends', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(open([], stop.signal).messages.next(600)).rejects.toMatchObject({ code: 'CLOSED' });
    const broken = open([new AppError('INVALID_CONFIG', 'no such topic')]);
    await expect(broken.messages.next(600)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});
