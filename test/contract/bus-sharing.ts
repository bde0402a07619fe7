import type { Consumer, ReceivedMessage } from '../../src/ports/bus.js';
import { acknowledgeAll } from './bus-consuming.js';
import { at, message, newTopic, numbered, sendTexts, take, takeFor, textsOf } from './bus-session.js';
import type { BusSession } from './bus-session.js';

export interface SharingOptions {
  /** False where the engine's client has no `priorityLevel`. */
  readonly priorities: boolean;
}

/** What several consumers of one subscription can rely on. */
export function sharing(session: BusSession, { priorities }: SharingOptions): void {
  describe('Failover', () => {
    const failover = { subscription: 's', type: 'Failover' } as const;
    const withPriorities = priorities ? it : it.skip;

    withPriorities('makes the lowest number active, unacknowledged messages included', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      const older = await session.consumer(topic, { ...failover, priorityLevel: 1_000_000 });
      await sendTexts(producer, numbered('m', 4));
      const held = await take(older, 4);
      await older.acknowledge(at(held, 0));
      const newer = await session.consumer(topic, { ...failover, priorityLevel: 999_999 });
      const taken = await take(newer, 3);
      expect(textsOf(taken)).toEqual(['m-1', 'm-2', 'm-3']);
      await acknowledgeAll(newer, taken);
      await sendTexts(producer, ['next']);
      expect(textsOf(await take(newer, 1))).toEqual(['next']);
      expect(await takeFor(older, 300)).toEqual([]);
      const higher = await session.consumer(topic, { ...failover, priorityLevel: 1_000_001 });
      await sendTexts(producer, ['last']);
      expect(textsOf(await take(newer, 1))).toEqual(['last']);
      expect(await takeFor(higher, 300)).toEqual([]);
    });

    it('has one active consumer, and the other takes over what is not acknowledged', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      const consumers = [await session.consumer(topic, failover), await session.consumer(topic, failover)];
      await sendTexts(producer, numbered('m', 5));
      const seen = await gather(consumers, 5, { acknowledge: false });
      const index = at(seen, 0).length > 0 ? 0 : 1;
      const [active, standby] = [at(consumers, index), at(consumers, 1 - index)];
      expect(textsOf(at(seen, index))).toEqual(numbered('m', 5));
      await active.acknowledge(at(at(seen, index), 0));
      expect(await takeFor(standby, 300)).toEqual([]);
      await active.close();
      expect(textsOf(await take(standby, 4))).toEqual(numbered('m', 5).slice(1));
    });
  });

  describe('Key_Shared', () => {
    const keyShared = { subscription: 's', type: 'Key_Shared' } as const;
    const keys = numbered('key', 40);

    it('keeps a key with one consumer, and its messages in order', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      const one = await session.consumer(topic, keyShared);
      const two = await session.consumer(topic, keyShared);
      const rounds = numbered('round', 10);
      await Promise.all(rounds.flatMap((round) => keys.map((key) => producer.send(message(round, key)))));
      const seen = await gather([one, two], keys.length * rounds.length);
      for (const key of keys) {
        const texts = seen.map((messages) => textsOf(messages.filter((received) => received.key === key)));
        expect(texts.filter((list) => list.length > 0)).toEqual([rounds]);
      }
      expect(seen.every((messages) => messages.length > 0)).toBe(true);
    });

    it('gives the keys of a consumer that closes to the others, in order', async () => {
      const topic = newTopic.plain();
      const producer = await session.producer(topic);
      const one = await session.consumer(topic, keyShared);
      const two = await session.consumer(topic, keyShared);
      for (const round of ['0', '1']) {
        await Promise.all(keys.map((key) => producer.send(message(round, key))));
      }
      const held = await takeFor(one, 1000);
      expect(held.length).toBeGreaterThan(0);
      await one.close();
      const [taken = []] = await gather([two], keys.length * 2);
      for (const key of keys) {
        expect(textsOf(taken.filter((received) => received.key === key))).toEqual(['0', '1']);
      }
    });
  });

  describe('Shared', () => {
    it('gives each message to one consumer', async () => {
      const topic = newTopic.plain();
      const shared = { subscription: 's', type: 'Shared', queueSize: 10 } as const;
      const consumers = [await session.consumer(topic, shared), await session.consumer(topic, shared)];
      await sendTexts(await session.producer(topic), numbered('m', 100));
      const seen = await gather(consumers, 100);
      expect(seen.flatMap(textsOf).sort()).toEqual(numbered('m', 100).sort());
      expect(seen.every((messages) => messages.length > 0)).toBe(true);
    });
  });

  describe('Exclusive', () => {
    it('has one consumer, and refuses a second', async () => {
      const topic = newTopic.plain();
      const exclusive = { subscription: 's', type: 'Exclusive' } as const;
      await session.consumer(topic, exclusive);
      await expect(session.consumer(topic, exclusive)).rejects.toThrow();
    });
  });
}

/** Receives on all consumers until `total` messages have come; what each of them got. */
async function gather(
  consumers: readonly Consumer[],
  total: number,
  { acknowledge = true } = {},
): Promise<ReceivedMessage[][]> {
  const seen = consumers.map((): ReceivedMessage[] => []);
  const deadline = Date.now() + 20_000;
  while (seen.flat().length < total) {
    if (Date.now() > deadline) throw new Error(`${seen.flat().length} of ${total} messages came`);
    for (const [index, consumer] of consumers.entries()) {
      const received = await consumer.receive({ max: 50, waitMs: 20 });
      if (acknowledge) await acknowledgeAll(consumer, received);
      seen[index]?.push(...received);
    }
  }
  return seen;
}
