import type { Consumer, ReceivedMessage, SubscriptionType } from '../../src/ports/bus.js';
import {
  at,
  message,
  newTopic,
  numbered,
  sendTexts,
  take,
  takeFor,
  textsOf,
  whenFree,
} from './bus-session.js';
import type { BusSession } from './bus-session.js';

const TYPES: readonly SubscriptionType[] = ['Failover', 'Key_Shared', 'Shared', 'Exclusive'];

/** What a consumer promises, whatever its subscription's type. */
export function consuming(session: BusSession): void {
  describe('a subscription', () => {
    it('starts at the beginning, or at the end', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      await sendTexts(producer, ['before']);
      const all = await session.consumer(topic, { subscription: 'all', type: 'Failover' });
      const fresh = await session.consumer(topic, {
        subscription: 'fresh',
        type: 'Failover',
        initialPosition: 'latest',
      });
      await sendTexts(producer, ['after']);
      expect(textsOf(await take(all, 2))).toEqual(['before', 'after']);
      expect(textsOf(await take(fresh, 1))).toEqual(['after']);
    });

    it.each(TYPES)('of type %s delivers what is not acknowledged again, and nothing else', async (type) => {
      const topic = newTopic.plain();
      await sendTexts(await session.producer(topic), numbered('m', 6), 'one key');
      const options = { subscription: 's', type };
      const first = await session.consumer(topic, options);
      const received = await take(first, 6);
      expect(textsOf(received)).toEqual(numbered('m', 6));
      for (const index of [0, 1, 3]) await first.acknowledge(at(received, index));
      await first.close();
      const second = await whenFree(() => session.consumer(topic, options));
      const again = await take(second, 3);
      expect(textsOf(again)).toEqual(['m-2', 'm-4', 'm-5']);
      expect(again[0]).toMatchObject({ id: at(received, 2).id, key: 'one key' });
      await acknowledgeAll(second, again);
      await second.close();
      const third = await whenFree(() => session.consumer(topic, options));
      expect(await takeFor(third, 500)).toEqual([]);
    });

    it.each(TYPES)('of type %s goes on while its messages are acknowledged one by one', async (type) => {
      const topic = newTopic.plain();
      const texts = numbered('m', 300);
      const consumer = await session.consumer(topic, { subscription: 's', type, queueSize: 10 });
      await sendTexts(await session.producer(topic), texts, 'one key');
      const received: string[] = [];
      while (received.length < texts.length) {
        for (const one of await take(consumer, 1)) {
          received.push(...textsOf([one]));
          await consumer.acknowledge(one);
        }
      }
      expect(received).toEqual(texts);
    });

    it.each(TYPES)('of type %s delivers again, in order, what was given back', async (type) => {
      const topic = newTopic.plain();
      await sendTexts(await session.producer(topic), numbered('m', 5), 'one key');
      const consumer = await session.consumer(topic, { subscription: 's', type });
      const received = await take(consumer, 5);
      await acknowledgeAll(consumer, received.slice(0, 2));
      for (const one of received.slice(2)) await consumer.negativeAcknowledge(one);
      const again = await take(consumer, 3);
      expect(textsOf(again)).toEqual(['m-2', 'm-3', 'm-4']);
      await acknowledgeAll(consumer, again);
      expect(await takeFor(consumer, 1500)).toEqual([]);
      await consumer.close();
      const next = await whenFree(() => session.consumer(topic, { subscription: 's', type }));
      expect(await takeFor(next, 300)).toEqual([]);
    });

    it('delivers to each subscription all messages', async () => {
      const topic = newTopic.plain();
      const one = await session.consumer(topic, { subscription: 'one', type: 'Failover' });
      const two = await session.consumer(topic, { subscription: 'two', type: 'Shared' });
      await sendTexts(await session.producer(topic), numbered('m', 5));
      expect(textsOf(await take(one, 5))).toEqual(numbered('m', 5));
      expect(textsOf(await take(two, 5))).toEqual(numbered('m', 5));
    });
  });

  describe('receive', () => {
    const failover = { subscription: 's', type: 'Failover' } as const;

    it('keeps to max and maxBytes, and gives the first message whatever its size', async () => {
      const topic = newTopic.plain();
      await sendTexts(await session.producer(topic), ['0123456789', ...numbered('n', 7)]);
      const consumer = await session.consumer(topic, failover);
      const wait = { waitMs: 10_000, lingerMs: 500 };
      expect(textsOf(await consumer.receive({ ...wait, max: 9, maxBytes: 5 }))).toEqual(['0123456789']);
      expect(textsOf(await consumer.receive({ ...wait, max: 9, maxBytes: 8 }))).toEqual(['n-0', 'n-1']);
      expect(textsOf(await consumer.receive({ ...wait, max: 2 }))).toEqual(['n-2', 'n-3']);
      expect(textsOf(await consumer.receive({ ...wait, max: 9 }))).toEqual(['n-4', 'n-5', 'n-6']);
    });

    it('comes back empty after waitMs', async () => {
      const consumer = await session.consumer(newTopic.plain(), failover);
      const started = Date.now();
      expect(await consumer.receive({ max: 1, waitMs: 300 })).toEqual([]);
      const took = Date.now() - started;
      expect(took).toBeGreaterThanOrEqual(250);
      expect(took).toBeLessThan(3000);
      expect(await consumer.receive({ max: 1, waitMs: 0 })).toEqual([]);
    });

    it('lingers for more after the first message, but not once it has enough', async () => {
      const topic = newTopic.plain();
      const consumer = await session.consumer(topic, failover);
      const producer = await session.producer(topic);
      const batch = consumer.receive({ max: 9, waitMs: 20_000, lingerMs: 2000 });
      await producer.send(message('first'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await producer.send(message('second'));
      expect(textsOf(await batch)).toEqual(['first', 'second']);
      await sendTexts(producer, numbered('m', 3));
      const started = Date.now();
      expect(textsOf(await consumer.receive({ max: 3, waitMs: 20_000, lingerMs: 15_000 }))).toHaveLength(3);
      expect(Date.now() - started).toBeLessThan(10_000);
    });

    it('ends when the consumer is closed, and closing is no loss', async () => {
      const consumer = await session.consumer(newTopic.plain(), failover);
      const waiting = expect(consumer.receive({ max: 1, waitMs: 20_000 })).rejects.toMatchObject({
        code: 'CLOSED',
      });
      await consumer.close();
      await consumer.close();
      await waiting;
      await expect(consumer.receive({ max: 1, waitMs: 0 })).rejects.toMatchObject({ code: 'CLOSED' });
      expect(consumer.lost.aborted).toBe(false);
    });
  });
}

export async function acknowledgeAll(
  consumer: Consumer,
  messages: readonly ReceivedMessage[],
): Promise<void> {
  for (const one of messages) await consumer.acknowledge(one);
}
