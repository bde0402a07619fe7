import type { Bus } from '../../src/ports/bus.js';
import { consuming } from './bus-consuming.js';
import { producing } from './bus-producing.js';
import { reading } from './bus-reading.js';
import { message, newTopic, useBus } from './bus-session.js';
import { sharing } from './bus-sharing.js';

export interface BusContractOptions {
  /** False where the engine's client has no `priorityLevel` for Failover. @defaultValue true */
  readonly priorities?: boolean;
}

/**
 * What every bus promises (src/ports/bus.ts). `createBus` opens a bus that shares nothing with another open one but,
 * perhaps, the server: its namespaces `contract/plain` and `contract/dedup` are there, and the second deduplicates.
 */
export function busContract(
  name: string,
  createBus: () => Promise<Bus>,
  { priorities = true }: BusContractOptions = {},
): void {
  describe(`bus contract, ${name}`, () => {
    const session = useBus(createBus);
    producing(session);
    consuming(session);
    sharing(session, { priorities });
    reading(session);

    it('ends with everything that it opened', async () => {
      const bus = await createBus();
      const topic = newTopic.plain();
      const producer = await bus.openProducer(topic);
      const consumer = await bus.openConsumer(topic, { subscription: 's', type: 'Failover' });
      const reader = await bus.openReader(topic, { start: 'latest' });
      await bus.close();
      const closed = { code: 'CLOSED' };
      await expect(producer.send(message('late'))).rejects.toMatchObject(closed);
      await expect(consumer.receive({ max: 1, waitMs: 0 })).rejects.toMatchObject(closed);
      await expect(reader.receive({ max: 1, waitMs: 0 })).rejects.toMatchObject(closed);
      await expect(bus.openProducer(topic)).rejects.toMatchObject(closed);
      expect([producer, consumer, reader].map(({ lost }) => lost.aborted)).toEqual([false, false, false]);
      await bus.close();
    });
  });
}
