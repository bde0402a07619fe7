import type { Bus } from '../../ports/bus.js';
import type { Log } from '../../ports/system.js';
import { checkTopic, MAX_MESSAGE_BYTES } from './bus-codec.js';
import { openBusEngine } from './bus-engine.js';
import { openLevelConsumer, openLevelReader } from './consumer.js';
import { openLevelProducer } from './producer.js';
import { createSlot } from './slot.js';

export interface LevelBusOptions {
  /** The data directory; the log is in `<dir>/bus`. */
  readonly dir: string;
  /** Topics whose messages stay when every subscription has acknowledged them. @defaultValue those that end in `/journal` or `/dead-letters` */
  readonly keepForEver?: (topic: string) => boolean;
  /** Messages that a topic without any subscription keeps at least; undefined: all. @defaultValue 10,000 for topics that end in `/replies` */
  readonly keepLast?: (topic: string) => number | undefined;
  readonly log?: Log;
}

const KEPT = ['/journal', '/dead-letters'];
const REPLIES_KEPT = 10_000;

function keptForEver(topic: string): boolean {
  return KEPT.some((end) => topic.endsWith(end));
}

function keptLast(topic: string): number | undefined {
  return topic.endsWith('/replies') ? REPLIES_KEPT : undefined;
}

/**
 * The embedded bus: an ordered log on LevelDB, for one process.
 *
 * - A send is answered when it is synced to disk; sends that wait for the disk share one sync.
 * - Acknowledgements are written along, without a sync of their own: after a crash the last ones may be missing, and
 *   those messages come again.
 * - A message that is given back comes again after about a second.
 * - After a disk error every producer, consumer and reader is lost; the next one that is opened opens the log anew.
 *
 * Rejects with LEASE_HELD when another process has the directory, ENGINE_UNAVAILABLE when it cannot be opened.
 */
export async function createLevelBus(options: LevelBusOptions): Promise<Bus> {
  const { dir, keepForEver = keptForEver, keepLast = keptLast, log } = options;
  const retention = { keepForEver, keepLast };
  const slot = await createSlot(() => openBusEngine({ dir, retention, log }));

  return {
    kind: 'embedded',
    maxMessageBytes: MAX_MESSAGE_BYTES,
    openProducer: async (topic, producerOptions = {}) => {
      checkTopic(topic);
      const engine = await slot.use();
      return openLevelProducer(engine, await engine.topic(topic), producerOptions);
    },
    openConsumer: async (topic, consumerOptions) => {
      checkTopic(topic);
      const engine = await slot.use();
      return openLevelConsumer(engine, await engine.topic(topic), consumerOptions);
    },
    openReader: async (topic, readerOptions) => {
      checkTopic(topic);
      const engine = await slot.use();
      return openLevelReader(engine, await engine.topic(topic), readerOptions);
    },
    close: slot.close,
  };
}
