import type { JournalEvent, JournalRecord } from '../../src/core/types.js';
import type { EventFeed, FeedItem, FollowOptions } from '../../src/ports/event-feed.js';

/** A feed in memory. */
export interface FakeFeed extends EventFeed {
  /** Commits a record with these events; returns its position. */
  commit(...events: JournalEvent[]): number;
  /** Streams that are followed now. */
  following(): number;
  /** How many records streams have pulled altogether. */
  pulled(): number;
}

/** Makes a record that holds these events. */
export function recordOf(position: number, events: JournalEvent[]): JournalRecord {
  return {
    v: 1,
    partition: 0,
    position,
    prev: null,
    time: '2026-01-02T03:04:05.006Z',
    command: {
      id: '0193a5a0-0000-7000-8000-000000000001',
      command: 'stage-configs',
      project: 'default',
      params: {},
    },
    commandHash: 'h'.repeat(43),
    actor: { name: 'local', roles: [] },
    via: 'commands',
    outcome: 'ok',
    events,
  };
}

export function createFakeFeed(): FakeFeed {
  const records: JournalRecord[] = [];
  const waiting = new Set<() => void>();
  const watching = new Set<(records: readonly JournalRecord[]) => void>();
  let following = 0;
  let pulled = 0;
  const wake = (): void => {
    for (const one of waiting) one();
    waiting.clear();
  };

  async function* follow({ from, signal, maxQueued = 1_000 }: FollowOptions): AsyncGenerator<FeedItem> {
    let position = from === 'head' ? records.length : from;
    let live = false;
    following += 1;
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        if (live && records.length - position > maxQueued) {
          yield { behind: position };
          return;
        }
        const record = records[position];
        if (record === undefined) {
          live = true;
          await new Promise<void>((resolve) => waiting.add(resolve));
          continue;
        }
        position = record.position;
        pulled += 1;
        yield { record };
      }
    } finally {
      following -= 1;
    }
  }

  return {
    head: () => records.length,
    watch(listener) {
      watching.add(listener);
      return () => watching.delete(listener);
    },
    follow,
    commit(...events) {
      const record = recordOf(records.length + 1, events);
      records.push(record);
      wake();
      for (const listener of [...watching]) listener([record]);
      return records.length;
    },
    following: () => following,
    pulled: () => pulled,
  };
}
