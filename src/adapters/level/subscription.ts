import { AppError } from '../../errors.js';
import type { SubscriptionType } from '../../ports/bus.js';
import { createAckSet, type SavedAcks } from './ack-set.js';
import { subscriptionKey } from './bus-codec.js';
import type { Operation } from './database.js';
import { createDispatcher, type Dispatcher } from './dispatcher.js';
import type { Member } from './holdings.js';
import type { TopicLog } from './topic-log.js';

export interface SubscriptionOptions {
  readonly log: TopicLog;
  readonly name: string;
  readonly saved: SavedAcks;
  /** Its state has changed and is to be written some time. */
  readonly changed: () => void;
}

/** What a topic remembers for the consumers of one name. */
export interface Subscription {
  readonly name: string;
  /** Everything up to this number is acknowledged. */
  readonly cursor: number;
  readonly inUse: boolean;
  /** Its state as it is to be kept. */
  operation(): Operation;
  /** Adds a consumer; `failed` is called when the log cannot be read for it. */
  join(member: Member, type: SubscriptionType, failed: (error: unknown) => void): void;
  leave(member: Member): void;
  acknowledge(member: Member, number: number): void;
  giveBack(member: Member, number: number): void;
  /** A delivery that is being read from disk. */
  readonly settled: () => Promise<void> | undefined;
  pump(): void;
}

/** The state that a value on disk holds. */
export function readSaved(value: Buffer): SavedAcks {
  return JSON.parse(value.toString()) as SavedAcks;
}

/** Makes a subscription from what is kept of it. */
export function createSubscription({ log, name, saved, changed }: SubscriptionOptions): Subscription {
  const acks = createAckSet(saved);
  const failures = new Map<Member, (error: unknown) => void>();
  let dispatcher: Dispatcher | undefined;
  let unlisten: (() => void) | undefined;

  const failed = (error: unknown): void => {
    for (const tell of [...failures.values()]) tell(error);
  };

  const check = (type: SubscriptionType): void => {
    if (!dispatcher) return;
    if (dispatcher.type !== type) {
      throw new AppError(
        'INVALID_CONFIG',
        `Subscription ${name} of ${log.name} is in use as ${dispatcher.type}, it cannot be opened as ${type}.`,
      );
    }
    if (type === 'Exclusive') {
      throw new AppError('LEASE_HELD', `Subscription ${name} of ${log.name} has its one consumer already.`);
    }
  };

  return {
    name,
    get cursor() {
      return acks.cursor;
    },
    get inUse() {
      return dispatcher !== undefined;
    },
    operation: () => ({
      type: 'put',
      key: subscriptionKey(log.name, name),
      value: Buffer.from(JSON.stringify(acks.save())),
    }),
    join: (member, type, tell) => {
      check(type);
      const distributor = dispatcher ?? createDispatcher({ log, acks, type, failed });
      dispatcher = distributor;
      unlisten ??= log.listen(distributor.pump);
      failures.set(member, tell);
      distributor.join(member);
    },
    leave: (member) => {
      if (!failures.delete(member)) return;
      dispatcher?.leave(member);
      if (failures.size > 0) return;
      unlisten?.();
      unlisten = undefined;
      dispatcher = undefined;
    },
    acknowledge: (member, number) => {
      if (number < 1 || number > log.tail || !acks.add(number)) return;
      dispatcher?.acknowledged(member, number);
      changed();
    },
    giveBack: (member, number) => {
      if (!acks.has(number)) dispatcher?.giveBack(member, number);
    },
    settled: () => dispatcher?.settled(),
    pump: () => dispatcher?.pump(),
  };
}
