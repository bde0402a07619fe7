import { createBell } from '../core/bell.js';
import { isAborted } from '../core/pause.js';
import type { JournalRecord } from '../core/types.js';
import type { DocumentStore } from '../ports/documents.js';
import type { EventFeed, FeedItem, FollowOptions } from '../ports/event-feed.js';
import { followJournal, type JournalFollowerOptions } from './follow-journal.js';
import type { JournalFollower } from './journal-follower.js';
import { startNear } from './start-near.js';

const RECENT_RECORDS = 1_000;
const RECENT_BYTES = 8 * 1024 * 1024;
/** Records of the history read ahead of a slow reader. */
const HISTORY_AHEAD = 200;

export interface EventFeedOptions extends JournalFollowerOptions {
  readonly follower: JournalFollower;
  readonly store: DocumentStore;
}

/**
 * Committed records for any number of readers out of one follower: the newest are kept in memory; who wants older ones
 * gets a reader of the journal of its own until it has caught up.
 */
export function createEventFeed(options: EventFeedOptions): EventFeed & { close(): void } {
  const recent: { record: JournalRecord; bytes: number }[] = [];
  const watching = new Set<(records: readonly JournalRecord[]) => void>();
  let recentBytes = 0;
  let head = 0;
  const arrived = createBell();

  const unsubscribe = options.follower.subscribe((item) => {
    if (item.kind !== 'records') return;
    const fresh: JournalRecord[] = [];
    for (const { record, bytes: line } of item.lines) {
      if (record.position <= head) continue;
      fresh.push(record);
      // A gap (the follower began anew further on): what is kept before it is no use, readers fetch it from the journal.
      if (record.position !== head + 1) {
        recent.length = 0;
        recentBytes = 0;
      }
      const bytes = line.length;
      recent.push({ record, bytes });
      recentBytes += bytes;
      head = record.position;
      while (recent.length > RECENT_RECORDS || (recentBytes > RECENT_BYTES && recent.length > 1))
        recentBytes -= recent.shift()?.bytes ?? 0;
    }
    arrived.ring();
    for (const listener of [...watching]) listener(fresh);
  });

  const headNow = (): number => Math.max(head, options.follower.state().position);

  /** Everything above `after` that is no longer (or not yet) in memory, read from the journal itself. */
  async function* history(after: number, signal: AbortSignal): AsyncGenerator<JournalRecord> {
    const stop = new AbortController();
    const end = AbortSignal.any([signal, stop.signal]);
    const queue: JournalRecord[] = [];
    const moved = createBell();
    const outcome: { finished: boolean; error: unknown } = { finished: false, error: undefined };
    const reading = followJournal(
      { ...options, from: await startNear(options.store, after), signal: end },
      async (item) => {
        if (item.kind !== 'records') return;
        for (const { record } of item.lines) if (record.position > after) queue.push(record);
        moved.ring();
        // The reader of the journal goes no faster than the reader of the stream.
        while (queue.length > HISTORY_AHEAD && !isAborted(end)) await moved.wait(undefined, end);
      },
    )
      .catch((error: unknown) => (outcome.error = error))
      .finally(() => {
        outcome.finished = true;
        moved.ring();
      });
    try {
      for (let position = after; !isAborted(signal);) {
        const record = queue.shift();
        if (record === undefined) {
          if (outcome.error !== undefined) throw outcome.error as Error;
          if (outcome.finished) return;
          await moved.wait(undefined, signal);
          continue;
        }
        moved.ring();
        yield record;
        position = record.position;
        if ((recent[0]?.record.position ?? Infinity) <= position + 1) return;
      }
    } finally {
      stop.abort();
      await reading;
    }
  }

  async function* follow({
    from,
    signal,
    maxQueued = RECENT_RECORDS,
  }: FollowOptions): AsyncGenerator<FeedItem> {
    let position = from === 'head' ? headNow() : from;
    let live = from === 'head';
    while (!isAborted(signal)) {
      const oldest = recent[0]?.record.position;
      if (oldest !== undefined && position + 1 >= oldest) {
        if (live && head - position > maxQueued) {
          yield { behind: position };
          return;
        }
        const next = recent[position + 1 - oldest];
        if (next === undefined) {
          live = true;
          await arrived.wait(undefined, signal);
          continue;
        }
        position = next.record.position;
        yield { record: next.record };
        continue;
      }
      // Live readers that fell out of what is kept are told; others are given the history.
      if (live && oldest !== undefined) {
        yield { behind: position };
        return;
      }
      if (oldest === undefined && position >= head && options.follower.state().position <= position) {
        await arrived.wait(undefined, signal);
        continue;
      }
      for await (const record of history(position, signal)) {
        position = record.position;
        yield { record };
      }
    }
  }

  const watch: EventFeed['watch'] = (listener) => {
    watching.add(listener);
    return () => watching.delete(listener);
  };

  return { head: headNow, follow, watch, close: unsubscribe };
}
