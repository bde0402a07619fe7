import { pause } from '../../../src/core/pause.js';
import type { JournalEvent } from '../../../src/core/types.js';
import { eventMessages, type EventMessagesOptions } from '../../../src/http/sse.js';
import type { FeedItem } from '../../../src/ports/event-feed.js';
import { createFakeFeed } from '../../support/fake-feed.js';
import { createFakeLog } from '../../support/fake-log.js';

const event = (project: string): JournalEvent => ({
  type: 'configs-unstaged',
  project,
  stageSet: 'main',
  reason: 'un-staged',
  counts: { apply: 0, delete: 0 },
  functions: [],
});

const defaults = (): EventMessagesOptions => ({
  items: (async function* () {
    yield* [] as FeedItem[];
  })(),
  from: 0,
  filter: { projects: new Set(), types: new Set() },
  heartbeatMs: 10_000,
  signal: new AbortController().signal,
  log: createFakeLog(),
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('eventMessages', () => {
  it('begins with the id to resume from, before anything happens', async () => {
    expect(await all(eventMessages({ ...defaults(), from: 41 }))).toEqual([
      { id: '41', comment: 'connected' },
    ]);
  });

  it('pulls one record for one message, and only when it is asked', async () => {
    const feed = createFakeFeed();
    for (let at = 0; at < 10; at += 1) feed.commit(event('p'));
    const stop = new AbortController();
    const items = feed.follow({ from: 0, signal: stop.signal });
    const messages = eventMessages({ ...defaults(), items, signal: stop.signal });
    await messages.next();
    expect((await messages.next()).value).toMatchObject({ id: '1' });
    expect((await messages.next()).value).toMatchObject({ id: '2' });
    await pause(10);
    expect(feed.pulled()).toBe(2);
    stop.abort();
    expect((await messages.next()).done).toBe(true);
    await pause(0);
    expect(feed.following()).toBe(0);
  });

  it('tells a reader that is behind where to go on, and ends', async () => {
    const items = (async function* (): AsyncGenerator<FeedItem> {
      yield { behind: 12 };
    })();
    expect(await all(eventMessages({ ...defaults(), items, from: 5 }))).toEqual([
      { id: '5', comment: 'connected' },
      { id: '12', event: 'behind', data: '{"position":12}' },
    ]);
  });

  it('logs a feed that fails and ends without throwing', async () => {
    const log = createFakeLog();
    const items: AsyncIterable<FeedItem> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }),
    };
    expect(await all(eventMessages({ ...defaults(), items, log }))).toHaveLength(1);
    expect(log.lines).toMatchObject([
      { level: 'error', event: 'event-stream-failed', facts: { reason: 'broken' } },
    ]);
  });

  it('sends heartbeats while nothing happens, and while nothing that happens passes the filter', async () => {
    const feed = createFakeFeed();
    const stop = new AbortController();
    const items = feed.follow({ from: 0, signal: stop.signal });
    const filter = { projects: new Set(['wanted']), types: new Set<string>() };
    const messages = eventMessages({ ...defaults(), items, filter, heartbeatMs: 20, signal: stop.signal });
    await messages.next();
    expect((await messages.next()).value).toEqual({ comment: 'heartbeat' });
    const busy = setInterval(() => feed.commit(event('other')), 2);
    const value: unknown = (await messages.next()).value;
    clearInterval(busy);
    // The id moves on with what was passed over, so that a resumed stream need not look at it again.
    expect(value).toEqual({ comment: 'heartbeat', id: expect.stringMatching(/^[1-9]\d*$/) as string });
    stop.abort();
    await messages.return(undefined);
  });
});
