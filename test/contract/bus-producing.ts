import { message, newTopic, numbered, sendTexts, take, takeFor, textsOf, whenFree } from './bus-session.js';
import type { BusSession } from './bus-session.js';

/** What a producer promises, and what becomes of a message. */
export function producing(session: BusSession): void {
  describe('messages', () => {
    it('come back with payload, key, properties, id, event time and publish time', async () => {
      const topic = newTopic.plain();
      const payload = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      const properties = { ticket: 'abc', größe: '“5” 日本 \n\t\\ 🚀', empty: '' };
      const producer = await session.producer(topic);
      const before = Date.now();
      const stored = await producer.send({
        payload,
        key: 'prüfung/日本 🚀',
        properties,
        eventTime: 1_234_567_890_123,
      });
      expect(stored).toEqual({ id: expect.any(String) as string, duplicate: false });
      const reader = await session.reader(topic, 'earliest');
      const [received] = await take(reader, 1);
      expect(received).toEqual({
        id: stored.id,
        payload,
        key: 'prüfung/日本 🚀',
        properties,
        publishTime: expect.any(Number) as number,
        eventTime: 1_234_567_890_123,
      });
      expect(Math.abs((received?.publishTime ?? 0) - before)).toBeLessThan(60_000);
    });

    it('need neither key nor properties nor event time nor content', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      await producer.send({ payload: Buffer.alloc(0) });
      const [received] = await take(await session.reader(topic, 'earliest'), 1);
      expect(received?.payload).toHaveLength(0);
      expect(received?.key).toBeUndefined();
      expect(received?.properties).toEqual({});
      expect(received).not.toHaveProperty('eventTime');
    });

    it('are as large as maxMessageBytes, and larger ones are refused without harm to the next', async () => {
      const topic = newTopic.plain();
      const { maxMessageBytes } = session.bus;
      expect(maxMessageBytes).toBeGreaterThanOrEqual(700 * 1024);
      const producer = await session.producer(topic);
      const largest = Buffer.alloc(maxMessageBytes, 0xfe);
      const properties = { note: 'ü'.repeat(10_000) };
      await producer.send({ payload: largest, key: 'k', properties });
      const tooLarge = producer.send({ payload: Buffer.alloc(maxMessageBytes + 1) });
      const next = producer.send(message('next'));
      await expect(tooLarge).rejects.toMatchObject({ code: 'TOO_LARGE' });
      await next;
      const received = await take(await session.reader(topic, 'earliest'), 2);
      expect(received[0]?.payload.equals(largest)).toBe(true);
      expect(received[0]?.properties).toEqual(properties);
      expect(textsOf(received.slice(1))).toEqual(['next']);
    });

    it('are stored in the order of the calls, 2,000 of them in flight', async () => {
      const topic = newTopic.plain();
      const texts = numbered('message', 2000);
      const ids = await sendTexts(await session.producer(topic), texts);
      const received = await take(await session.reader(topic, 'earliest'), texts.length);
      expect(textsOf(received)).toEqual(texts);
      expect(received.map(({ id }) => id)).toEqual(ids);
      expect(new Set(ids).size).toBe(texts.length);
    });
  });

  describe('a producer', () => {
    it('shares its topic with others that have no name or another', async () => {
      const topic = newTopic.plain();
      const producers = [
        await session.producer(topic),
        await session.producer(topic),
        await session.producer(topic, { name: 'one' }),
        await session.producer(topic, { name: 'two' }),
      ];
      await Promise.all(producers.map((producer, index) => producer.send(message(String(index)))));
      const received = await take(await session.reader(topic, 'earliest'), 4);
      expect(textsOf(received).sort()).toEqual(['0', '1', '2', '3']);
    });

    it('has its name alone on a topic', async () => {
      const topic = newTopic.plain();
      await session.producer(topic, { name: 'writer' });
      await expect(session.producer(topic, { name: 'writer' })).rejects.toThrow();
      await session.producer(newTopic.plain(), { name: 'writer' });
    });

    it('that holds the lease keeps others out until it closes', async () => {
      const topic = newTopic.plain();
      const lease = { name: 'lease', exclusive: true };
      const holder = await session.producer(topic, lease);
      await expect(session.producer(topic, lease)).rejects.toMatchObject({ code: 'LEASE_HELD' });
      await holder.send(message('first'));
      await holder.close();
      const next = await whenFree(() => session.producer(topic, lease));
      await next.send(message('second'));
      const received = await take(await session.reader(topic, 'earliest'), 2);
      expect(textsOf(received)).toEqual(['first', 'second']);
      expect(holder.lost.aborted).toBe(false);
    });

    it('is deduplicated by its sequence ids', async () => {
      const topic = newTopic.deduplicating();
      const named = { name: 'effects', initialSequenceId: 0 };
      const first = await session.producer(topic, named);
      await sendTexts(first, ['1', '2', '3']);
      await first.close();

      const again = await whenFree(() => session.producer(topic, named));
      const answers = await Promise.all(['1', '2', '3', '4'].map((text) => again.send(message(text))));
      expect(answers.map(({ duplicate }) => duplicate)).toEqual([true, true, true, false]);
      expect(answers.map(({ id }) => id === '')).toEqual([true, true, true, false]);
      await again.close();

      const later = await whenFree(() => session.producer(topic, { name: 'effects', initialSequenceId: 3 }));
      const last = await Promise.all(['4', '5'].map((text) => later.send(message(text))));
      expect(last.map(({ duplicate }) => duplicate)).toEqual([true, false]);

      const other = await session.producer(topic, { name: 'others', initialSequenceId: 0 });
      await sendTexts(other, ['other']);
      const reader = await session.reader(topic, 'earliest');
      expect(textsOf(await take(reader, 6))).toEqual(['1', '2', '3', '4', '5', 'other']);
      expect(await takeFor(reader, 300)).toEqual([]);
    });

    it('may leave sequence ids out, and does not get back to them', async () => {
      const topic = newTopic.deduplicating();
      const open = (initialSequenceId: number) =>
        whenFree(() => session.producer(topic, { name: 'effects', initialSequenceId }));
      const first = await open(0);
      await sendTexts(first, ['1', '2']);
      await first.close();

      const behind = await open(6);
      const stored = await Promise.all(['7', '8'].map((text) => behind.send(message(text))));
      expect(stored.map(({ duplicate }) => duplicate)).toEqual([false, false]);
      await behind.close();

      const back = await open(2);
      const dropped = await Promise.all(['3', '4'].map((text) => back.send(message(text))));
      expect(dropped.map(({ duplicate }) => duplicate)).toEqual([true, true]);
      const reader = await session.reader(topic, 'earliest');
      expect(textsOf(await take(reader, 4))).toEqual(['1', '2', '7', '8']);
      expect(await takeFor(reader, 300)).toEqual([]);
    });

    it('sends nothing once it is closed, and closing is no loss', async () => {
      const producer = await session.producer(newTopic.plain());
      await producer.close();
      await producer.close();
      await expect(producer.send(message('late'))).rejects.toMatchObject({ code: 'CLOSED' });
      expect(producer.lost.aborted).toBe(false);
    });
  });
}
