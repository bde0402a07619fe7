import type { Consumer, ConsumerOptions, Reader, ReaderOptions } from '../../ports/bus.js';
import { numberOf } from './bus-codec.js';
import type { BusEngine } from './bus-engine.js';
import { createHandle, type Handle } from './handle.js';
import type { Member } from './holdings.js';
import { createInbox } from './inbox.js';
import type { Topic } from './topic.js';

const DEFAULT_QUEUE_SIZE = 1_000;
const READER_ENTRIES = 1_000;
const READER_BYTES = 4 * 1024 * 1024;

/** Opens a consumer of a topic. */
export async function openLevelConsumer(
  engine: BusEngine,
  topic: Topic,
  options: ConsumerOptions,
): Promise<Consumer> {
  const { type, priorityLevel = 0, queueSize = DEFAULT_QUEUE_SIZE } = options;
  const { subscription, fresh } = topic.subscription(options);
  if (fresh && topic.log.durable) await engine.keep(subscription);

  const inbox = createInbox({
    taken: () => {
      if (inbox.count <= queueSize / 2) subscription.pump();
    },
    refilling: subscription.settled,
  });
  const member: Member = { inbox, priorityLevel, queueSize };
  const handle: Handle = createHandle(`consumer ${options.subscription} of ${topic.log.name}`, (error) => {
    inbox.end(error);
    subscription.leave(member);
    engine.unregister(handle);
  });
  subscription.join(member, type, (error) => handle.lose(engine.unavailable(error)));
  engine.register(handle);
  await subscription.settled();

  return {
    lost: handle.lost,
    receive: inbox.receive,
    acknowledge: async (message) => {
      if (handle.ended) throw handle.ended;
      subscription.acknowledge(member, numberOf(message.id));
    },
    negativeAcknowledge: async (message) => {
      if (handle.ended) throw handle.ended;
      subscription.giveBack(member, numberOf(message.id));
    },
    close: handle.close,
  };
}

function startOf(topic: Topic, start: ReaderOptions['start']): number {
  const { first, tail, durable } = topic.log;
  if (start === 'latest' || !durable) return tail + 1;
  if (start === 'earliest') return first;
  return Math.min(numberOf(start.after), tail) + 1;
}

/** Opens a reader of a topic. A start behind the end is the end. */
export async function openLevelReader(
  engine: BusEngine,
  topic: Topic,
  options: ReaderOptions,
): Promise<Reader> {
  const { log } = topic;
  let position = startOf(topic, options.start);
  let reading: Promise<void> | undefined;

  const inbox = createInbox({
    taken: () => {
      if (inbox.count <= READER_ENTRIES / 2) fill();
    },
    refilling: () => reading,
  });
  const unlisten = log.listen(fill);
  const handle: Handle = createHandle(`reader of ${log.name}`, (error) => {
    inbox.end(error);
    unlisten();
    engine.unregister(handle);
  });

  function fill(): void {
    while (!reading && !handle.ended && position <= log.tail) {
      const max = READER_ENTRIES - inbox.count;
      const bytes = READER_BYTES - inbox.bytes;
      if (max <= 0 || bytes <= 0) return;
      // What was asked for may be gone: messages behind it are not.
      const end = Math.min(log.tail, position + max - 1);
      const entries = log.read(position, { max, bytes });
      if (entries instanceof Promise) {
        reading = entries.then(
          (found) => {
            reading = undefined;
            accept(found, end);
            fill();
          },
          (error: unknown) => handle.lose(engine.unavailable(error)),
        );
      } else {
        accept(entries, end);
      }
    }
  }

  function accept(entries: Parameters<typeof inbox.push>[0], end: number): void {
    inbox.push(entries);
    position = (entries.at(-1)?.number ?? end) + 1;
  }

  engine.register(handle);
  fill();
  await reading;

  return { lost: handle.lost, receive: inbox.receive, close: handle.close };
}
