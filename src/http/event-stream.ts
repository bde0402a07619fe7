import type { Writable } from 'node:stream';
import { isAborted } from '../core/pause.js';
import { messageOf } from '../errors.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Log } from '../ports/system.js';
import { frameOf, type StreamFilter } from './event-frames.js';
import type { EventHub } from './event-hub.js';

/** How long a client waits before it comes again, in milliseconds. */
const RETRY_MS = 2_000;
/** Records that a stream at the head may fall behind before it is told so. */
const MAX_BEHIND = 1_000;

export interface EventStreamOptions {
  readonly feed: EventFeed;
  readonly hub: EventHub;
  /** Where the stream is written to. */
  readonly out: Writable;
  /** Records above it. */
  readonly from: number;
  readonly filter: StreamFilter;
  readonly heartbeatMs: number;
  /** The client has gone, or the service closes. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Writes server-sent events until the signal: one message a record, its id the position. What lies behind the head comes out
 * of the feed at the pace of the client; at the head the hub writes the same bytes to all. A client that takes nothing holds
 * back its own stream only, and one that falls too far behind the head is told so and comes back from there.
 *
 * The first block and heartbeats carry an id without data: a client that is cut off before its first event, or after long
 * silence in a filter, resumes from there. Never rejects: the response has begun.
 */
export async function writeEvents(options: EventStreamOptions): Promise<void> {
  const { feed, hub, out, from, filter, heartbeatMs, signal, log } = options;
  let position = from;
  let told = from;
  let wasLive = false;
  let writtenAt = performance.now();

  const write = (chunk: string | Buffer): void => {
    writtenAt = performance.now();
    out.write(chunk);
  };
  /** Resolves when the client has taken what was written, or is gone. */
  const taken = (): Promise<void> =>
    new Promise((resolve) => {
      if (!out.writableNeedDrain || signal.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        out.off('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      out.on('drain', done);
      signal.addEventListener('abort', done, { once: true });
    });

  const catchUp = async (): Promise<void> => {
    for await (const item of feed.follow({ from: position, signal })) {
      if ('behind' in item) return;
      ({ position } = item.record);
      const frame = frameOf(item.record, filter);
      if (frame !== '') {
        told = position;
        write(frame);
        await taken();
      }
      if (isAborted(signal) || position >= feed.head() || isBehind()) return;
    }
  };

  /** One that has been at the head is not given an old history at its own pace. */
  const isBehind = (): boolean => wasLive && feed.head() - position > MAX_BEHIND;

  /** Takes part in the fan-out until the client takes nothing more, or is gone. */
  const live = (): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        leave();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const leave = hub.join({
        filter,
        take(records, frame) {
          // The head may have been known a moment before its record came here, or the client asked for more than there is.
          const fresh = records.filter((record) => record.position > position);
          const last = fresh.at(-1);
          if (last === undefined) return;
          ({ position } = last);
          const text =
            fresh.length === records.length ? frame : fresh.map((record) => frameOf(record, filter)).join('');
          if (text === undefined || text === '') return;
          told = position;
          write(text);
          if (out.writableNeedDrain) end();
        },
      });
      signal.addEventListener('abort', end, { once: true });
    });

  const heart = setInterval(() => {
    if (out.writableNeedDrain || performance.now() - writtenAt < heartbeatMs / 2) return;
    write(`${position > told ? `id: ${position}\n` : ''}: heartbeat\n\n`);
    told = position;
  }, heartbeatMs / 2);

  try {
    write(`retry: ${RETRY_MS}\n\nid: ${from}\n: connected\n\n`);
    while (!isAborted(signal)) {
      while (!isAborted(signal) && position < feed.head() && !isBehind()) await catchUp();
      if (isBehind()) write(`event: behind\nid: ${position}\ndata: ${JSON.stringify({ position })}\n\n`);
      if (isAborted(signal) || isBehind()) return;
      wasLive = true;
      await live();
      await taken();
    }
  } catch (error) {
    log.error({ err: error, position, reason: messageOf(error) }, 'event-stream-failed');
  } finally {
    clearInterval(heart);
  }
}
