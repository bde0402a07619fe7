import type { EventMessage } from 'fastify';
import { messageOf } from '../errors.js';
import type { FeedItem } from '../ports/event-feed.js';
import type { Log } from '../ports/system.js';
import { cloudEventsOf, type EventFilter } from './cloud-events.js';

export interface EventMessagesOptions {
  /** Records above `from`. */
  readonly items: AsyncIterable<FeedItem>;
  readonly from: number;
  readonly filter: EventFilter;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Server-sent events out of the feed: one message a record, its id the position. It pulls from the feed only what the
 * socket takes, never throws (the response has begun), and ends with the feed.
 *
 * The first block and heartbeats carry an id without data: a client that is cut off before its first event, or after
 * long silence in a filter, resumes from there.
 */
export async function* eventMessages(options: EventMessagesOptions): AsyncGenerator<EventMessage> {
  const { from, filter, heartbeatMs, signal, log } = options;
  const pulled = pullOneByOne(options.items, signal);
  let position = from;
  let told = from;
  let due = performance.now() + heartbeatMs;
  try {
    yield { id: String(from), comment: 'connected' };
    while (!signal.aborted) {
      const next = await pulled.next(due - performance.now());
      if (next === 'ended') return;
      if (next !== 'late' && 'behind' in next) {
        yield { event: 'behind', id: String(next.behind), data: JSON.stringify({ position: next.behind }) };
        return;
      }
      if (next !== 'late') {
        position = next.record.position;
        const events = cloudEventsOf(next.record, filter);
        if (events.length > 0) {
          told = position;
          due = performance.now() + heartbeatMs;
          yield { id: String(position), data: JSON.stringify(events) };
        }
      }
      if (performance.now() < due) continue;
      due = performance.now() + heartbeatMs;
      yield { comment: 'heartbeat', ...(position > told ? { id: String(position) } : {}) };
      told = position;
    }
  } catch (error) {
    log.error({ err: error, position, reason: messageOf(error) }, 'event-stream-failed');
  } finally {
    pulled.close();
  }
}

/**
 * Pulls items with a time limit for each call, keeping the pending one. (Promise.race over one that stays pending for
 * days would gather a reaction for every heartbeat.)
 */
function pullOneByOne<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
): { next(ms: number): Promise<T | 'late' | 'ended'>; close(): void } {
  const iterator = items[Symbol.asyncIterator]();
  let pending = false;
  let arrived: { readonly result: IteratorResult<T> } | { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });

  const pull = (): void => {
    pending = true;
    const settle = (outcome: typeof arrived): void => {
      pending = false;
      arrived = outcome;
      wake();
    };
    iterator.next().then(
      (result) => settle({ result }),
      (error: unknown) => settle({ error }),
    );
  };

  return {
    async next(ms) {
      if (!pending && arrived === undefined) pull();
      await new Promise<void>((resolve) => {
        if (arrived !== undefined || signal.aborted) {
          resolve();
          return;
        }
        const timer = setTimeout(resolve, Math.max(0, ms));
        wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (signal.aborted) return 'ended';
      if (arrived === undefined) return 'late';
      const outcome = arrived;
      arrived = undefined;
      if ('error' in outcome) throw outcome.error;
      return outcome.result.done === true ? 'ended' : outcome.result.value;
    },
    close() {
      signal.removeEventListener('abort', onAbort);
      // A pending pull ends with the signal; nobody waits for it here.
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
    },
  };
}
