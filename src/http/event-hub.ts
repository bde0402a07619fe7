import type { JournalRecord } from '../core/types.js';
import type { EventFeed } from '../ports/event-feed.js';
import { frameOf, type StreamFilter } from './event-frames.js';

/** A stream that has sent everything up to the head. */
export interface LiveStream {
  readonly filter: StreamFilter;
  /** Takes what comes next; `frame` is what all of it comes to for this filter, if anything. */
  take(records: readonly JournalRecord[], frame: Buffer | undefined): void;
}

export interface EventHub {
  /** From now on the stream is given every record that follows the head, until the returned function is called. */
  join(stream: LiveStream): () => void;
  close(): void;
}

/** Gives new records to all streams that are at the head: each message is made once for all with the same filter. */
export function createEventHub(feed: EventFeed): EventHub {
  const streams = new Set<LiveStream>();

  const close = feed.watch((records) => {
    const made = new Map<string, Buffer | undefined>();
    const frameFor = (filter: StreamFilter): Buffer | undefined => {
      if (made.has(filter.key)) return made.get(filter.key);
      const text = records.map((record) => frameOf(record, filter)).join('');
      const frame = text === '' ? undefined : Buffer.from(text);
      made.set(filter.key, frame);
      return frame;
    };
    // One that leaves while it takes is not given anything twice; one that joins meanwhile is at the head already.
    for (const stream of [...streams]) stream.take(records, frameFor(stream.filter));
  });

  return {
    join(stream) {
      streams.add(stream);
      return () => streams.delete(stream);
    },
    close,
  };
}
