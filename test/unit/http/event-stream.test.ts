import { Writable } from 'node:stream';
import { pause } from '../../../src/core/pause.js';
import type { JournalEvent } from '../../../src/core/types.js';
import { streamFilter } from '../../../src/http/event-frames.js';
import { createEventHub } from '../../../src/http/event-hub.js';
import { writeEvents } from '../../../src/http/event-stream.js';
import { createFakeFeed, type FakeFeed } from '../../support/fake-feed.js';
import { createFakeLog } from '../../support/fake-log.js';
import { until } from '../../support/until.js';

const event = (project: string): JournalEvent => ({
  type: 'configs-unstaged',
  project,
  stageSet: 'main',
  reason: 'un-staged',
  counts: { apply: 0, delete: 0 },
  functions: [],
});

/** A client that takes what is written until it is held. */
function createClient() {
  let text = '';
  let held: (() => void) | undefined;
  let holding = false;
  const out = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      if (holding) held = done;
      else done();
    },
  });
  return {
    out,
    text: () => text,
    ids: () => [...text.matchAll(/^id: (\d+)\ndata/gm)].map(([, id]) => Number(id)),
    hold: () => (holding = true),
    release() {
      holding = false;
      held?.();
      held = undefined;
    },
  };
}

function open(feed: FakeFeed, options: { from?: number; projects?: string[]; heartbeatMs?: number } = {}) {
  const client = createClient();
  const stop = new AbortController();
  const log = createFakeLog();
  const hub = createEventHub(feed);
  const done = writeEvents({
    feed,
    hub,
    out: client.out,
    from: options.from ?? 0,
    filter: streamFilter(options.projects ?? [], []),
    heartbeatMs: options.heartbeatMs ?? 10_000,
    signal: stop.signal,
    log,
  });
  return { ...client, log, done, stop: () => stop.abort() };
}

describe('writeEvents', () => {
  it('begins with the id to resume from, before anything happens', async () => {
    const feed = createFakeFeed();
    const stream = open(feed, { from: 41 });
    expect(stream.text()).toBe('retry: 2000\n\nid: 41\n: connected\n\n');
    stream.stop();
    await stream.done;
  });

  it('goes from the history to what happens, without gap or repeat', async () => {
    const feed = createFakeFeed();
    for (let at = 0; at < 10; at += 1) feed.commit(event('p'));
    const stream = open(feed);
    await until(() => stream.ids().length >= 5);
    for (let at = 0; at < 10; at += 1) feed.commit(event('p'));
    await until(() => stream.ids().length === 20);
    feed.commit(event('p'));
    await until(() => stream.ids().length === 21);
    expect(stream.ids()).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    stream.stop();
    await stream.done;
    expect(feed.following()).toBe(0);
  });

  it('reads the history at the pace of the client', async () => {
    const feed = createFakeFeed();
    for (let at = 0; at < 10; at += 1) feed.commit(event('p'));
    const stream = open(feed);
    stream.hold();
    await until(() => feed.pulled() > 0);
    await pause(10);
    expect(feed.pulled()).toBeLessThanOrEqual(2);
    stream.release();
    await until(() => stream.ids().length === 10);
    stream.stop();
    await stream.done;
  });

  it('does not send what it was asked to begin behind', async () => {
    const feed = createFakeFeed();
    const stream = open(feed, { from: 3 });
    for (let at = 0; at < 5; at += 1) feed.commit(event('p'));
    await until(() => stream.ids().includes(5));
    expect(stream.ids()).toEqual([4, 5]);
    stream.stop();
    await stream.done;
  });

  it('goes on for a client that was slow for a while, and tells one that fell too far behind', async () => {
    const feed = createFakeFeed();
    const slow = open(feed);
    const slower = open(feed);
    await until(() => slow.text() !== '' && slower.text() !== '');
    slow.hold();
    slower.hold();
    for (let at = 0; at < 500; at += 1) feed.commit(event('p'));
    slow.release();
    await until(() => slow.ids().length === 500);
    for (let at = 0; at < 700; at += 1) feed.commit(event('p'));
    slower.release();
    await slower.done;
    const last = slower.ids().at(-1) ?? 0;
    expect(slower.text()).toMatch(
      new RegExp(`event: behind\\nid: ${last}\\ndata: {"position":${last}}\\n\\n$`),
    );
    await until(() => slow.ids().length === 1_200);
    expect(slow.text()).not.toContain('event: behind');
    slow.stop();
    await slow.done;
  });

  it('logs a feed that fails and ends without throwing', async () => {
    const feed = createFakeFeed();
    feed.commit(event('p'));
    feed.follow = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }),
    });
    const stream = open(feed);
    await stream.done;
    expect(stream.log.lines).toMatchObject([
      { level: 'error', event: 'event-stream-failed', facts: { reason: 'broken' } },
    ]);
  });

  it('sends heartbeats while nothing happens, and while nothing that happens passes the filter', async () => {
    const feed = createFakeFeed();
    const stream = open(feed, { projects: ['wanted'], heartbeatMs: 20 });
    await until(() => stream.text().includes('\n\n: heartbeat\n\n'));
    const busy = setInterval(() => feed.commit(event('other')), 2);
    // The id moves on with what was passed over, so that a resumed stream need not look at it again.
    await until(() => /\n\nid: [1-9]\d*\n: heartbeat\n\n/.test(stream.text()));
    clearInterval(busy);
    expect(stream.ids()).toEqual([]);
    stream.stop();
    await stream.done;
  });

  it('makes one message for all streams with the same filter', async () => {
    const feed = createFakeFeed();
    const streams = [open(feed), open(feed), open(feed, { projects: ['q'] })];
    feed.commit(event('p'), event('q'));
    await until(() => streams.every((stream) => stream.ids().length === 1));
    const [first, second, filtered] = streams.map((stream) => stream.text().split('data: ')[1] ?? '');
    expect(second).toBe(first);
    expect(JSON.parse(first ?? '')).toHaveLength(2);
    expect(JSON.parse(filtered ?? '')).toMatchObject([{ source: '/stageline/q' }]);
    for (const stream of streams) stream.stop();
    await Promise.all(streams.map(({ done }) => done));
  });
});
