import { at, message, newTopic, numbered, sendTexts, take, takeFor, textsOf } from './bus-session.js';
import type { BusSession } from './bus-session.js';

/** What a reader promises. */
export function reading(session: BusSession): void {
  describe('a reader', () => {
    it('starts at the beginning, at the end, or behind any message', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      const ids = await sendTexts(producer, ['a', 'b', 'c']);
      const readers = {
        earliest: await session.reader(topic, 'earliest'),
        latest: await session.reader(topic, 'latest'),
        afterFirst: await session.reader(topic, { after: ids[0] ?? '' }),
        afterLast: await session.reader(topic, { after: ids[2] ?? '' }),
      };
      expect(await readers.afterLast.receive({ max: 10, waitMs: 300 })).toEqual([]);
      expect(await readers.latest.receive({ max: 10, waitMs: 300 })).toEqual([]);
      await sendTexts(producer, ['d']);
      expect(textsOf(await take(readers.earliest, 4))).toEqual(['a', 'b', 'c', 'd']);
      expect(textsOf(await take(readers.afterFirst, 3))).toEqual(['b', 'c', 'd']);
      expect(textsOf(await take(readers.afterLast, 1))).toEqual(['d']);
      expect(textsOf(await take(readers.latest, 1))).toEqual(['d']);
    });

    it('sees the ids that consumers and other readers see', async () => {
      const topic = newTopic.plain();
      await sendTexts(await session.producer(topic), numbered('m', 20));
      const consumer = await session.consumer(topic, { subscription: 's', type: 'Failover' });
      const consumed = await take(consumer, 20);
      const read = await take(await session.reader(topic, 'earliest'), 20);
      expect(read.map(({ id }) => id)).toEqual(consumed.map(({ id }) => id));
      const rest = await session.reader(topic, { after: consumed[9]?.id ?? '' });
      expect(textsOf(await take(rest, 10))).toEqual(numbered('m', 20).slice(10));
    });

    it('opens on a topic that is not there yet', async () => {
      const topic = newTopic.plain();
      const reader = await session.reader(topic, 'earliest');
      expect(await reader.receive({ max: 10, waitMs: 100 })).toEqual([]);
      await sendTexts(await session.producer(topic), ['first']);
      expect(textsOf(await take(reader, 1))).toEqual(['first']);
    });

    it('keeps to max, maxBytes and waitMs', async () => {
      const topic = newTopic.plain();
      await sendTexts(await session.producer(topic), ['0123456789', ...numbered('n', 9)]);
      const reader = await session.reader(topic, 'earliest');
      const within = { max: 4, waitMs: 10_000, maxBytes: 5, lingerMs: 500 };
      expect(textsOf(await reader.receive(within))).toEqual(['0123456789']);
      expect(textsOf(await reader.receive(within))).toEqual(['n-0']);
      expect(textsOf(await reader.receive({ ...within, maxBytes: 7 }))).toEqual(['n-1', 'n-2']);
      expect(textsOf(await reader.receive({ max: 4, waitMs: 10_000, lingerMs: 500 }))).toEqual(
        numbered('n', 7).slice(3),
      );
      expect(textsOf(await take(reader, 2))).toEqual(['n-7', 'n-8']);
      const started = Date.now();
      expect(await reader.receive({ max: 1, waitMs: 200 })).toEqual([]);
      expect(Date.now() - started).toBeGreaterThanOrEqual(150);
      expect(await reader.receive({ max: 1, waitMs: 0 })).toEqual([]);
    });

    it('reads a long topic of large messages at its own pace', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      const count = 100;
      const reader = await session.reader(topic, 'earliest');
      for (let index = 0; index < count; index += 1) {
        await producer.send({ payload: Buffer.alloc(300 * 1024, index), key: String(index) });
      }
      const received = [];
      while (received.length < count) {
        received.push(...(await reader.receive({ max: 7, waitMs: 10_000 })));
      }
      expect(received.map(({ key }) => key)).toEqual(
        Array.from({ length: count }, (_, index) => String(index)),
      );
      expect(received.every(({ payload }, index) => payload.at(-1) === index)).toBe(true);
    });

    it('waits for a message that is sent meanwhile', async () => {
      const topic = newTopic.plain();
      const reader = await session.reader(topic, 'latest');
      const producer = await session.producer(topic);
      const waiting = reader.receive({ max: 1, waitMs: 20_000 });
      await producer.send(message('now'));
      expect(textsOf(await waiting)).toEqual(['now']);
    });

    it('ends when it is closed, and closing is no loss', async () => {
      const reader = await session.reader(newTopic.plain(), 'earliest');
      const waiting = expect(reader.receive({ max: 1, waitMs: 20_000 })).rejects.toMatchObject({
        code: 'CLOSED',
      });
      await reader.close();
      await waiting;
      await expect(reader.receive({ max: 1, waitMs: 0 })).rejects.toMatchObject({ code: 'CLOSED' });
      expect(reader.lost.aborted).toBe(false);
    });
  });

  describe('a non-persistent topic', () => {
    it('delivers to those who are there, and keeps nothing', async () => {
      const topic = newTopic.nonPersistent();
      const live = {
        reader: await session.reader(topic, 'latest'),
        consumer: await session.consumer(topic, { subscription: 's', type: 'Exclusive' }),
      };
      const producer = await session.producer(topic);
      const stored = await producer.send({ ...message('beat', 'k'), properties: { epoch: '7' } });
      expect(stored.duplicate).toBe(false);
      const beat = at(await take(live.reader, 1), 0);
      expect(beat).toMatchObject({ key: 'k', properties: { epoch: '7' } });
      expect(textsOf([beat])).toEqual(['beat']);
      expect(textsOf(await take(live.consumer, 1))).toEqual(['beat']);
      const late = {
        reader: await session.reader(topic, 'earliest'),
        consumer: await session.consumer(topic, { subscription: 'late', type: 'Exclusive' }),
      };
      expect(await takeFor(late.reader, 300)).toEqual([]);
      expect(await takeFor(late.consumer, 300)).toEqual([]);
    });
  });
}
