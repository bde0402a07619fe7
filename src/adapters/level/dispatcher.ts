import type { SubscriptionType } from '../../ports/bus.js';
import type { AckSet } from './ack-set.js';
import { createBacklog, type Waiting } from './backlog.js';
import type { Entry } from './bus-codec.js';
import { createHoldings, type Member } from './holdings.js';
import type { ReadLimits } from './recent.js';
import type { TopicLog } from './topic-log.js';

/** A message that was given back comes again after this long. */
const REDELIVERY_DELAY_MS = 1_000;
/** What falls due this soon after goes along, so that messages given back together come back in order. */
const REDELIVERY_GROUP_MS = 100;
/** Messages passed over because their lane must wait; then the others wait too. */
const MAX_PASSED_OVER = 1_000;

export interface DispatcherOptions {
  readonly log: TopicLog;
  readonly acks: AckSet;
  readonly type: SubscriptionType;
  /** The log cannot be read. */
  readonly failed: (error: unknown) => void;
}

/** Hands the messages of a subscription to its consumers. */
export interface Dispatcher {
  readonly type: SubscriptionType;
  readonly members: number;
  join(member: Member): void;
  /** Its unacknowledged messages go to the others. */
  leave(member: Member): void;
  /** Resolves when nothing more can be handed out for now. */
  settled(): Promise<void> | undefined;
  readonly pump: () => void;
  /** `by` need not hold it (any more). */
  acknowledged(by: Member, number: number): void;
  /** Comes again after about a second; what is behind it in its lane and not yet received waits for it. */
  giveBack(member: Member, number: number): void;
}

/** Makes the dispatcher of a subscription that has its first consumer. */
export function createDispatcher({ log, acks, type, failed }: DispatcherOptions): Dispatcher {
  const holdings = createHoldings(type);
  const backlog = createBacklog();
  let position = acks.cursor + 1;
  let generation = 0;
  let reading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const laneOf = (entry: Entry): string | undefined => (type === 'Shared' ? undefined : entry.message.key);

  /** Starts over behind the cursor: everything unacknowledged goes out once more, in order. */
  const rewind = (): void => {
    generation += 1;
    holdings.clear();
    backlog.clear();
    position = acks.cursor + 1;
  };

  /** The waiting messages that may go out now, in order. */
  const due = (limit: number): Waiting[] => {
    const now = performance.now();
    const blocked = new Set<string>();
    const ready: Waiting[] = [];
    for (const waiting of backlog.inOrder()) {
      if (ready.length >= limit) break;
      const { lane } = waiting;
      if (lane !== undefined && blocked.has(lane)) continue;
      if (waiting.dueAt <= now && holdings.mayTake(lane)) ready.push(waiting);
      else if (lane !== undefined) blocked.add(lane);
    }
    return ready;
  };

  /** Forgets messages that were asked for and are not there: nobody can ever receive them. */
  const forgetGone = (asked: readonly Waiting[], entries: readonly Entry[], limits: ReadLimits): void => {
    const complete = entries.reduce((sum, entry) => sum + entry.bytes, 0) < limits.bytes;
    const reached = complete ? Infinity : (entries.at(-1)?.number ?? 0);
    const found = new Set(entries.map(({ number }) => number));
    for (const { number } of asked) {
      if (number > reached || found.has(number)) continue;
      backlog.delete(number);
      acks.add(number);
    }
  };

  const deliverWaiting = (entries: readonly Entry[]): void => {
    const byNumber = new Map(entries.map((entry) => [entry.number, entry]));
    for (const { number, lane } of due(entries.length)) {
      const entry = byNumber.get(number);
      const member = holdings.choose(lane);
      if (!entry || typeof member === 'string') break;
      backlog.delete(number);
      holdings.give(member, entry, lane);
    }
  };

  const deliverNew = (entries: readonly Entry[], end: number): void => {
    for (const entry of entries) {
      const lane = laneOf(entry);
      if (!acks.has(entry.number)) {
        const member = backlog.hasLane(lane) ? 'held' : holdings.choose(lane);
        if (member === 'full' || (member === 'held' && backlog.size >= MAX_PASSED_OVER)) return;
        if (member === 'held') backlog.add({ number: entry.number, lane, dueAt: 0 });
        else holdings.give(member, entry, lane);
      }
      position = entry.number + 1;
    }
    if (entries.length === 0) position = end + 1;
  };

  /** Reads what can be handed out next: undefined if there is nothing, else what to do with what is read. */
  const next = ():
    { entries: Entry[] | Promise<Entry[]>; deliver: (entries: Entry[]) => void } | undefined => {
    const room = holdings.room();
    if (room.max === 0) return undefined;
    const waiting = backlog.size > 0 ? due(room.max) : [];
    if (waiting.length > 0) {
      const numbers = waiting.map(({ number }) => number);
      const deliver = (entries: Entry[]): void => {
        forgetGone(waiting, entries, room);
        deliverWaiting(entries);
      };
      return { entries: log.readMany(numbers, room), deliver };
    }
    const end = log.tail;
    if (position > end || backlog.size >= MAX_PASSED_OVER) return undefined;
    return { entries: log.read(position, room), deliver: (entries) => deliverNew(entries, end) };
  };

  const readOn = async (entries: Promise<Entry[]>, deliver: (entries: Entry[]) => void): Promise<void> => {
    const asked = generation;
    try {
      const found = await entries;
      if (asked === generation) deliver(found);
    } catch (error) {
      failed(error);
      return;
    } finally {
      reading = undefined;
    }
    pump();
  };

  function pump(): void {
    while (!reading) {
      const work = next();
      if (!work) return;
      if (work.entries instanceof Promise) {
        reading = readOn(work.entries, work.deliver);
      } else {
        const before = position + backlog.size;
        work.deliver(work.entries);
        if (before === position + backlog.size) return;
      }
    }
  }

  function arm(): void {
    if (timer) return;
    const now = performance.now();
    const at = backlog.nextDue(now);
    if (at === undefined) return;
    timer = setTimeout(wake, at - now);
  }

  function wake(): void {
    timer = undefined;
    const until = performance.now() + REDELIVERY_GROUP_MS;
    for (const waiting of [...backlog.inOrder()]) {
      if (waiting.dueAt > 0 && waiting.dueAt <= until) backlog.add({ ...waiting, dueAt: 0 });
    }
    arm();
    pump();
  }

  return {
    type,
    get members() {
      return holdings.members;
    },
    join: (member) => {
      if (holdings.join(member)) rewind();
      pump();
    },
    leave: (member) => {
      const orphans = holdings.leave(member);
      if (holdings.single) {
        if (orphans.wasActive) rewind();
      } else {
        for (const { number, lane } of orphans.held) backlog.add({ number, lane, dueAt: 0 });
      }
      if (holdings.members > 0) pump();
      else clearTimeout(timer);
    },
    settled: () => reading,
    pump,
    acknowledged: (by, number) => {
      const full = holdings.acknowledged(by, number);
      const waiting = backlog.size > 0;
      if (waiting) backlog.delete(number);
      if (full || waiting) pump();
    },
    giveBack: (member, number) => {
      const held = holdings.release(member, number);
      if (!held) return;
      backlog.add({ number, lane: held.lane, dueAt: performance.now() + REDELIVERY_DELAY_MS });
      for (const behind of holdings.takeBack(member, held.lane)) {
        backlog.add({ number: behind, lane: held.lane, dueAt: 0 });
      }
      arm();
      pump();
    },
  };
}
