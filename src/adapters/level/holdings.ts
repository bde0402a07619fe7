import type { SubscriptionType } from '../../ports/bus.js';
import type { Entry } from './bus-codec.js';
import type { Inbox } from './inbox.js';
import type { ReadLimits } from './recent.js';

/** Unacknowledged messages of a subscription at most; then nothing more is handed out. */
const MAX_UNACKNOWLEDGED = 100_000;
const MAX_INBOX_BYTES = 16 * 1024 * 1024;

/** A consumer as its subscription sees it. */
export interface Member {
  readonly inbox: Inbox;
  readonly priorityLevel: number;
  readonly queueSize: number;
}

/** A message that was handed out and is not acknowledged. */
export interface Held {
  readonly number: number;
  readonly member: Member;
  readonly lane: string | undefined;
}

/** Who holds what, and who gets the next message. */
export interface Holdings {
  readonly members: number;
  /** Only the first consumer gets messages (Failover, Exclusive). */
  readonly single: boolean;
  /** True if the messages handed out so far are the newcomer's now. */
  join(member: Member): boolean;
  leave(member: Member): { readonly wasActive: boolean; readonly held: readonly Held[] };
  /** How much can be handed out. */
  room(): ReadLimits;
  /** Who gets a message of that lane: `held` if it must wait for its lane's consumer, `full` if nobody has room. */
  choose(lane: string | undefined): Member | 'held' | 'full';
  mayTake(lane: string | undefined): boolean;
  give(member: Member, entry: Entry, lane: string | undefined): void;
  /** Returns whether the number of unacknowledged messages had stopped everything. */
  acknowledged(by: Member, number: number): boolean;
  /** Takes a message from a consumer, if it holds it. */
  release(member: Member, number: number): Held | undefined;
  /** Takes back what that consumer has of the lane and has not received yet. */
  takeBack(member: Member, lane: string | undefined): number[];
  clear(): void;
}

function hasRoom(member: Member): boolean {
  return member.inbox.count < member.queueSize && member.inbox.bytes < MAX_INBOX_BYTES;
}

/** FNV-1a over the code units: spreads keys over consumers. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Makes the book of a subscription without consumers. */
export function createHoldings(type: SubscriptionType): Holdings {
  const single = type === 'Failover' || type === 'Exclusive';
  const members: Member[] = [];
  const held = new Map<number, Held>();
  const owners = new Map<string, { readonly member: Member; count: number }>();
  let turn = 0;

  const own = ({ member, lane }: Held): void => {
    if (type !== 'Key_Shared' || lane === undefined) return;
    const owner = owners.get(lane);
    if (owner) owner.count += 1;
    else owners.set(lane, { member, count: 1 });
  };

  const disown = ({ lane }: Held): void => {
    const owner = lane === undefined ? undefined : owners.get(lane);
    if (!owner || lane === undefined) return;
    owner.count -= 1;
    if (owner.count === 0) owners.delete(lane);
  };

  const drop = (number: number): Held | undefined => {
    const holding = held.get(number);
    if (!holding) return undefined;
    held.delete(number);
    disown(holding);
    return holding;
  };

  /** The consumer with the fewest messages ready, in turn. */
  const leastLoaded = (): Member | undefined => {
    let best: Member | undefined;
    for (let step = 0; step < members.length; step += 1) {
      const member = members[(turn + step) % members.length];
      if (!member || !hasRoom(member)) continue;
      if (!best || member.inbox.count < best.inbox.count) best = member;
    }
    return best;
  };

  const choose = (lane: string | undefined): Member | 'held' | 'full' => {
    if (held.size >= MAX_UNACKNOWLEDGED) return 'full';
    if (single) return members[0] && hasRoom(members[0]) ? members[0] : 'full';
    if (type === 'Shared' || lane === undefined) return leastLoaded() ?? 'full';
    const member = owners.get(lane)?.member ?? members[hashOf(lane) % members.length];
    if (member && hasRoom(member)) return member;
    return members.some(hasRoom) ? 'held' : 'full';
  };

  return {
    get members() {
      return members.length;
    },
    single,
    join: (member) => {
      const before = members[0];
      members.push(member);
      if (!single) return false;
      members.sort((a, b) => a.priorityLevel - b.priorityLevel);
      if (before === undefined || members[0] === before) return false;
      before.inbox.remove(() => true);
      return true;
    },
    leave: (member) => {
      const index = members.indexOf(member);
      members.splice(index, 1);
      const orphans = [...held.values()].filter((holding) => holding.member === member);
      for (const { number } of orphans) drop(number);
      return { wasActive: index === 0, held: orphans };
    },
    room: () => {
      const open = (single ? members.slice(0, 1) : members).filter(hasRoom);
      const free = open.reduce((sum, { queueSize, inbox }) => sum + queueSize - inbox.count, 0);
      const bytes = open.reduce((sum, { inbox }) => sum + MAX_INBOX_BYTES - inbox.bytes, 0);
      return { max: Math.max(0, Math.min(free, MAX_UNACKNOWLEDGED - held.size)), bytes };
    },
    choose,
    mayTake: (lane) => typeof choose(lane) !== 'string',
    give: (member, entry, lane) => {
      const holding = { number: entry.number, member, lane };
      turn += 1;
      held.set(entry.number, holding);
      own(holding);
      member.inbox.push([entry]);
    },
    acknowledged: (by, number) => {
      const full = held.size >= MAX_UNACKNOWLEDGED;
      const holding = drop(number);
      if (holding && holding.member !== by) holding.member.inbox.remove((entry) => entry.number === number);
      return full;
    },
    release: (member, number) => (held.get(number)?.member === member ? drop(number) : undefined),
    takeBack: (member, lane) => {
      if (lane === undefined) return [];
      const entries = member.inbox.remove((entry) => held.get(entry.number)?.lane === lane);
      for (const { number } of entries) drop(number);
      return entries.map(({ number }) => number);
    },
    clear: () => {
      held.clear();
      owners.clear();
    },
  };
}
