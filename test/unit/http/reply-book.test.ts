import type { Reply } from '../../../src/core/types.js';
import { createReplyBook, type Asked, REPLY_BOOK_LIMITS } from '../../../src/http/reply-book.js';

let now = 0;
const clock = { now: () => now };
const reply = (id: string, more: Partial<Reply> = {}): Reply => ({
  id,
  command: 'get-all-data',
  status: 'ok',
  position: 1,
  ...more,
});

/** A command of Alice's. */
const asked = (hash: string): Asked => ({ hash, actor: 'alice' });

beforeEach(() => {
  now = 0;
});

describe('the reply book', () => {
  it('gives a reply to another command of the same id to nobody', () => {
    const book = createReplyBook(clock);
    const heard: Reply[] = [];
    book.expect('a', asked('this command'));
    book.listen('a', (one) => heard.push(one));
    book.deliver(reply('a', { status: 'rejected' }), 10, asked('another command'));
    expect(heard).toEqual([]);
    expect(book.isExpected('a')).toBe(true);
    book.deliver(reply('a'), 10, asked('this command'));
    expect(heard).toEqual([reply('a')]);
  });

  it('gives a reply to somebody else under the same id to nobody, and tells nobody else of what it keeps', () => {
    const book = createReplyBook(clock);
    const heard: Reply[] = [];
    book.expect('a', asked('h'));
    book.listen('a', (one) => heard.push(one));
    expect(book.expect('a', { hash: 'h', actor: 'mallory' })).toBe(false);
    book.deliver(reply('a', { status: 'rejected' }), 10, { hash: 'h', actor: 'mallory' });
    book.deliver(reply('a', { status: 'denied' }), 10, { hash: 'h', actor: '' });
    expect(heard).toEqual([]);
    expect([book.isExpected('a', 'mallory'), book.isExpected('a', 'alice')]).toEqual([false, true]);
    book.deliver(reply('a'), 10, asked('h'));
    expect(heard).toEqual([reply('a')]);
    expect([book.kept('a', 'mallory'), book.kept('a', 'alice')]).toEqual([undefined, reply('a')]);
  });

  it('calls everyone who waits for the id', () => {
    const book = createReplyBook(clock);
    const heard: string[] = [];
    book.expect('a', asked('h'));
    book.listen('a', () => heard.push('first'));
    book.expect('a', asked('h'));
    book.listen('a', () => heard.push('second'));
    const stop = book.listen('a', () => heard.push('third'));
    stop();
    book.deliver(reply('a'), 10);
    book.deliver(reply('a'), 10);
    expect(heard).toEqual(['first', 'second']);
    expect(book.isExpected('a')).toBe(false);
  });

  it('refuses to wait for another command under the same id', () => {
    const book = createReplyBook(clock);
    expect(book.expect('a', asked('h'))).toBe(true);
    expect(book.expect('a', asked('other'))).toBe(false);
    book.deliver(reply('a'), 10);
    expect(book.expect('a', asked('other'))).toBe(true);
  });

  it.each([
    ['a query', {}, true],
    ['a dry run', { command: 'rollback', dryRun: true }, true],
    ['an invalid command', { command: 'rollback', status: 'invalid' }, true],
    ['a denied command', { command: 'rollback', status: 'denied' }, true],
    ['a failed command', { command: 'rollback', status: 'failed' }, true],
    ['a change', { command: 'rollback' }, false],
    ['a refused change', { command: 'commit-staged-to-test', status: 'rejected' }, false],
  ] as const)('of the reply to %s (%j): kept %s', (_what, more, kept) => {
    const book = createReplyBook(clock);
    book.expect('a', asked('h'));
    book.deliver(reply('a', more), 10);
    expect(book.kept('a', 'alice') !== undefined).toBe(kept);
  });

  it('keeps replies for ten minutes, and only to ids of its own', () => {
    const book = createReplyBook(clock);
    book.deliver(reply('foreign'), 10);
    book.expect('a', asked('h'));
    book.deliver(reply('a'), 10);
    now = 10 * 60_000 - 1;
    expect(book.kept('a', 'alice')).toEqual(reply('a'));
    now += 1;
    expect([book.kept('a', 'alice'), book.kept('foreign', 'alice')]).toEqual([undefined, undefined]);
  });

  it('keeps no more replies and no more bytes than allowed', () => {
    const book = createReplyBook(clock, { ...REPLY_BOOK_LIMITS, replies: 3, bytes: 100 });
    const keep = (id: string, bytes: number): void => {
      book.expect(id, asked('h'));
      book.deliver(reply(id), bytes);
    };
    const keptOf = (...ids: string[]): string[] => ids.filter((id) => book.kept(id, 'alice') !== undefined);
    for (const id of ['a', 'b', 'c', 'd']) keep(id, 10);
    expect(keptOf('a', 'b', 'c', 'd')).toEqual(['b', 'c', 'd']);
    keep('e', 85);
    expect(keptOf('a', 'b', 'c', 'd', 'e')).toEqual(['d', 'e']);
  });

  it('drops what is kept when the id is sent again', () => {
    const book = createReplyBook(clock);
    book.expect('a', asked('h'));
    book.deliver(reply('a'), 10);
    book.expect('a', asked('h'));
    expect([book.kept('a', 'alice'), book.isExpected('a')]).toEqual([undefined, true]);
  });

  it('forgets an unsure command after a minute, a sure one after an hour, one with a caller never', () => {
    const book = createReplyBook(clock);
    for (const id of ['unsure', 'sure', 'called']) book.expect(id, asked('h'));
    book.unsure('unsure');
    book.listen('called', () => undefined);
    const expected = (): string[] => ['unsure', 'sure', 'called'].filter((id) => book.isExpected(id));
    now = 60_000;
    expect(expected()).toEqual(['sure', 'called']);
    now = 60 * 60_000;
    expect(expected()).toEqual(['called']);
  });

  it('remembers no more waiting ids than allowed, but all that have a caller', () => {
    const book = createReplyBook(clock, { ...REPLY_BOOK_LIMITS, waiting: 2 });
    book.expect('called', asked('h'));
    book.listen('called', () => undefined);
    for (const id of ['a', 'b', 'c']) book.expect(id, asked('h'));
    expect(['called', 'a', 'b', 'c'].filter((id) => book.isExpected(id))).toEqual(['called', 'c']);
  });

  it('is unsure of everything after a gap', () => {
    const book = createReplyBook(clock);
    book.expect('a', asked('h'));
    book.unsure();
    now = 60_000;
    expect(book.isExpected('a')).toBe(false);
  });
});
