import { AppError, messageOf } from '../../errors.js';
import type { Log } from '../../ports/system.js';
import { createGroupCommit } from './group-commit.js';
import { openDatabase, unavailable, type Operation } from './database.js';
import type { Handle } from './handle.js';
import type { Engine } from './slot.js';
import type { Subscription } from './subscription.js';
import { openTopic, type Retention, type Topic } from './topic.js';
import type { Append, TopicLog } from './topic-log.js';

/** Messages that wait for the disk may take so much memory. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;

export interface BusEngineOptions {
  readonly dir: string;
  readonly retention: Retention;
  readonly log: Log | undefined;
}

/** One opening of the bus's database, with everything that is lost when it fails. */
export interface BusEngine extends Engine {
  topic(name: string): Promise<Topic>;
  /** Writes a message; its promise is settled when it is on disk, or not. */
  append(append: Append): void;
  /** Writes a new subscription before it is used. */
  keep(subscription: Subscription): Promise<void>;
  /** Registers what is told when the engine fails or closes. */
  register(handle: Handle): void;
  unregister(handle: Handle): void;
  /** How callers are told of an error. */
  unavailable(error: unknown): AppError;
}

/** One thing that waits for the disk: a message, or a subscription that is to be kept. */
type Write =
  | Append
  | {
      readonly subscription: Subscription;
      readonly resolve: () => void;
      readonly reject: (error: unknown) => void;
    };

function groupByLog(writes: readonly Write[]): Map<TopicLog, Append[]> {
  const groups = new Map<TopicLog, Append[]>();
  for (const write of writes) {
    if ('subscription' in write) continue;
    const group = groups.get(write.log);
    if (group) group.push(write);
    else groups.set(write.log, [write]);
  }
  return groups;
}

/** Opens the database of the bus. */
export async function openBusEngine({ dir, retention, log }: BusEngineOptions): Promise<BusEngine> {
  const db = await openDatabase(dir, 'bus');
  const topics = new Map<string, Promise<Topic>>();
  const opened = new Map<TopicLog, Topic>();
  const changed = new Set<Subscription>();
  const handles = new Set<Handle>();
  let failure: AppError | undefined;

  const wrap = (error: unknown): AppError =>
    error instanceof AppError ? error : unavailable(`The embedded bus in ${dir}`, error);

  const fail = (error: unknown): AppError => {
    if (failure) return failure;
    failure = wrap(error);
    log?.error({ dir, reason: messageOf(failure) }, 'bus-failed');
    for (const handle of [...handles]) handle.lose(failure);
    return failure;
  };

  const committer = createGroupCommit<Write>({
    db,
    sizeOf: (write) => ('subscription' in write ? 0 : write.value.length),
    assemble: (writes) => {
      const operations: Operation[] = [];
      for (const write of writes) {
        if ('subscription' in write) changed.add(write.subscription);
        else write.log.place(write, operations);
      }
      for (const subscription of changed) operations.push(subscription.operation());
      changed.clear();
      return operations;
    },
    committed: (writes) => {
      for (const write of writes) if ('subscription' in write) write.resolve();
      for (const [topicLog, appends] of groupByLog(writes)) {
        topicLog.commit(appends);
        opened.get(topicLog)?.trim();
      }
    },
    failed: (writes, error) => {
      const reason = fail(error);
      for (const write of writes) write.reject(reason);
    },
  });

  const open = async (name: string): Promise<Topic> => {
    const topic = await openTopic({
      db,
      name,
      retention,
      changed: (subscription) => {
        changed.add(subscription);
        committer.touch();
      },
      trimFailed: (error) => log?.warn({ topic: name, reason: messageOf(error) }, 'bus-trim-failed'),
    });
    opened.set(topic.log, topic);
    return topic;
  };

  return {
    get failed() {
      return failure !== undefined;
    },
    topic: async (name) => {
      const known = topics.get(name) ?? open(name);
      topics.set(name, known);
      try {
        return await known;
      } catch (error) {
        topics.delete(name);
        throw wrap(error);
      }
    },
    append: (append) => {
      if (!append.log.durable) {
        append.log.place(append, []);
        append.log.commit([append]);
      } else if (committer.pendingBytes > MAX_WAITING_BYTES) {
        append.reject(
          unavailable('Writing', new Error(`more than ${MAX_WAITING_BYTES} bytes wait for the disk`)),
        );
      } else {
        committer.push(append);
      }
    },
    keep: (subscription) =>
      new Promise((resolve, reject) => {
        committer.push({ subscription, resolve, reject });
      }),
    register: (handle) => {
      if (failure) handle.lose(failure);
      else handles.add(handle);
    },
    unregister: (handle) => handles.delete(handle),
    unavailable: wrap,
    close: async () => {
      await Promise.all([...handles].map((handle) => handle.close()));
      await committer.drain();
      await db
        .close()
        .catch((error: unknown) => log?.warn({ dir, reason: messageOf(error) }, 'bus-close-failed'));
    },
  };
}
