import { findCommand } from '../commands/registry.js';
import type { Reply } from '../core/types.js';
import type { Clock } from '../ports/system.js';

/** Bounds of what is remembered. */
export interface ReplyBookLimits {
  /** Replies kept at most. */
  readonly replies: number;
  /** Their payloads together at most. */
  readonly bytes: number;
  readonly keptMs: number;
  /** Ids remembered as waiting at most, those with a caller not counted. */
  readonly waiting: number;
  /** A command that is in the topic is waited for so long. */
  readonly waitingMs: number;
  /** A command of which that is not sure is waited for so long: then its caller is told to send it again. */
  readonly unsureMs: number;
}

export const REPLY_BOOK_LIMITS: ReplyBookLimits = {
  replies: 10_000,
  bytes: 64 * 1024 * 1024,
  keptMs: 10 * 60_000,
  waiting: 10_000,
  waitingMs: 60 * 60_000,
  unsureMs: 60_000,
};

/** A command and who asked for it: under one id, another one may be refused meanwhile. */
export interface Asked {
  readonly hash: string;
  readonly actor: string;
}

interface Waiting extends Asked {
  until: number;
  readonly callers: Set<(reply: Reply) => void>;
}

interface Kept {
  readonly reply: Reply;
  readonly actor: string;
  readonly bytes: number;
  readonly until: number;
}

/** Which ids are waited for here, and the replies that only this instance knows: they leave no record. */
export interface ReplyBook {
  /** False if another command, or somebody else's, is waited for under this id. */
  expect(id: string, asked: Asked): boolean;
  /** Calls `caller` with the reply; the function given back takes that back. */
  listen(id: string, caller: (reply: Reply) => void): () => void;
  /** `actor`: by whom; anybody if absent. */
  isExpected(id: string, actor?: string): boolean;
  /** `asked`: what it answers, as far as that is known. A reply to another command, or to somebody else, is nobody's here. */
  deliver(reply: Reply, bytes: number, asked?: Partial<Asked>): void;
  kept(id: string, actor: string): Reply | undefined;
  /** The command is surely not in the topic. */
  forget(id: string): void;
  /** It is not known whether the command is in the topic, or whether its reply was missed; without an id: of all. */
  unsure(id?: string): void;
}

export function createReplyBook(clock: Clock, limits: ReplyBookLimits = REPLY_BOOK_LIMITS): ReplyBook {
  const waiting = new Map<string, Waiting>();
  const kept = new Map<string, Kept>();
  let bytes = 0;

  const drop = (id: string): void => {
    bytes -= kept.get(id)?.bytes ?? 0;
    kept.delete(id);
  };

  /** Both maps are in the order of their times, nearly: the oldest come first. */
  const tidy = (): void => {
    const now = clock.now();
    for (const [id, { until }] of kept) {
      if (until > now && kept.size <= limits.replies && bytes <= limits.bytes) break;
      drop(id);
    }
    let surplus = waiting.size - limits.waiting;
    for (const [id, { until, callers }] of waiting) {
      if (until > now && surplus <= 0) break;
      if (callers.size > 0) continue;
      waiting.delete(id);
      surplus -= 1;
    }
  };

  return {
    expect(id, { hash, actor }) {
      const there = waiting.get(id);
      if (there !== undefined && !answers({ hash, actor }, there)) return false;
      drop(id);
      // Put anew, so that the map stays in the order of its times.
      waiting.delete(id);
      const until = clock.now() + limits.waitingMs;
      waiting.set(id, { hash, actor, until, callers: there?.callers ?? new Set() });
      tidy();
      return true;
    },
    listen(id, caller) {
      const callers = waiting.get(id)?.callers;
      callers?.add(caller);
      return () => callers?.delete(caller);
    },
    isExpected(id, actor) {
      const there = waiting.get(id);
      if (there === undefined || (actor !== undefined && there.actor !== actor)) return false;
      return there.until > clock.now() || there.callers.size > 0;
    },
    deliver(reply, size, asked = {}) {
      const there = waiting.get(reply.id);
      if (there === undefined || !answers(asked, there)) return;
      waiting.delete(reply.id);
      if (!leavesRecord(reply)) {
        kept.set(reply.id, { reply, actor: there.actor, bytes: size, until: clock.now() + limits.keptMs });
        bytes += size;
        tidy();
      }
      for (const caller of there.callers) caller(reply);
    },
    kept(id, actor) {
      const there = kept.get(id);
      return there?.actor === actor && there.until > clock.now() ? there.reply : undefined;
    },
    forget(id) {
      waiting.delete(id);
    },
    unsure(id) {
      const until = clock.now() + limits.unsureMs;
      for (const one of id === undefined ? waiting.values() : [waiting.get(id)]) {
        if (one !== undefined) one.until = Math.min(one.until, until);
      }
    },
  };
}

/** True unless it is known to answer something else than what is waited for. */
function answers({ hash, actor }: Partial<Asked>, waiting: Asked): boolean {
  return (hash ?? waiting.hash) === waiting.hash && (actor ?? waiting.actor) === waiting.actor;
}

/** True if the reply is found in the documents, under its command's id, by every instance. */
function leavesRecord({ status, dryRun, command }: Reply): boolean {
  return (
    (status === 'ok' || status === 'rejected') &&
    dryRun !== true &&
    (findCommand(command)?.kind ?? 'change') === 'change'
  );
}
