import { messageFrame, polledMessage } from '../../../../src/http/beam/frames.js';
import { readMessageHeaders } from '../../../../src/http/beam/message-headers.js';
import { payloadOf } from '../../../../src/http/beam/payload.js';
import { integerOr, readSubscribing } from '../../../../src/http/beam/subscription.js';
import { checkCluster, topicOfPath, topicToPublish } from '../../../../src/http/beam/topic.js';
import { createTurnstile } from '../../../../src/http/beam/turnstile.js';

const PATH = { persistent: 'p', tenant: 'acme', namespace: 'orders', topic: 'new' };
const refused = (status: number, message: string): object => ({ status, message });

/** What a call throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a topic', () => {
  it.each([
    ['p', 'persistent'],
    ['persistent', 'persistent'],
    ['np', 'non-persistent'],
    ['non-persistent', 'non-persistent'],
  ])('in a path with %s is %s', (persistent, domain) => {
    expect(topicOfPath({ ...PATH, persistent })).toBe(`${domain}://acme/orders/new`);
  });

  it.each(['P', 'nonpersistent', '', 'constructor', '__proto__'])(
    'in a path with "%s" is none',
    (persistent) => {
      expect(thrownBy(() => topicOfPath({ ...PATH, persistent }))).toMatchObject(
        refused(422, 'supported persistent types are persistent, p, non-persistent, np'),
      );
    },
  );

  it.each(['a/b', 'a b', 'ü', '', '..\u0000'])('in a path has no such name: %j', (topic) => {
    expect(thrownBy(() => topicOfPath({ ...PATH, topic }))).toMatchObject({ status: 422 });
  });

  it('in a header wins over the path, by its full or short name', () => {
    expect(topicToPublish('in', PATH)).toBe('persistent://public/default/in');
    expect(topicToPublish(' a/b/c ', PATH)).toBe('persistent://a/b/c');
    expect(topicToPublish('non-persistent://a/b/c', { ...PATH, persistent: 'x' })).toBe(
      'non-persistent://a/b/c',
    );
    expect(topicToPublish(undefined, PATH)).toBe('persistent://acme/orders/new');
    expect(topicToPublish(' ', PATH)).toBe('persistent://acme/orders/new');
    expect(thrownBy(() => topicToPublish(undefined, undefined))).toMatchObject(
      refused(422, 'missing topic parts'),
    );
  });

  it('lies on the cluster that is used', () => {
    for (const header of [undefined, '', ' ', 'pulsar://a:1']) checkCluster(header, ['pulsar://a:1']);
    expect(thrownBy(() => checkCluster('pulsar://b:1', ['pulsar://a:1']))).toMatchObject(
      refused(422, 'pulsar cluster pulsar://b:1 is not allowed'),
    );
  });
});

describe('a subscription', () => {
  it('is exclusive and has no name unless something is said', () => {
    expect(readSubscribing({})).toEqual({ name: undefined, type: 'Exclusive', position: undefined });
    expect(
      readSubscribing({ subscriptionname: '', subscriptiontype: '', subscriptioninitialposition: '' }),
    ).toEqual({ name: undefined, type: 'Exclusive', position: undefined });
  });

  it('has type and position in any case', () => {
    expect(
      readSubscribing({
        subscriptionname: 'five5',
        subscriptiontype: 'KeyShared',
        subscriptioninitialposition: 'Latest',
      }),
    ).toEqual({ name: 'five5', type: 'Key_Shared', position: 'latest' });
  });

  it.each([
    [{ subscriptiontype: 'constructor' }, 'unsupported subscription type constructor'],
    [{ subscriptiontype: 'key_shared' }, 'unsupported subscription type key_shared'],
    [{ subscriptioninitialposition: '7' }, 'invalid subscription initial position 7'],
    [{ subscriptionname: '1234' }, 'subscription name must be more than 4 characters'],
    [
      { subscriptionname: 'a'.repeat(201) },
      'subscription name must be 5 to 200 printable ASCII characters without /',
    ],
  ])('is refused with %j', (headers, message) => {
    expect(thrownBy(() => readSubscribing(headers))).toMatchObject(refused(422, message));
  });

  it.each([
    ['7', 7],
    ['+7', 7],
    ['-7', -7],
    ['07', 7],
    ['7.5', 10],
    ['7x', 10],
    ['', 10],
    ['9'.repeat(30), 10],
    [undefined, 10],
  ])('reads the number %j as %j', (text, number) => {
    expect(integerOr(text, 10)).toBe(number);
  });
});

describe('a message as it goes out', () => {
  it.each([
    ['plain', 'id: 1\ndata: plain\n\n'],
    ['', 'id: 1\ndata: \n\n'],
    ['a\nb', 'id: 1\ndata: a\ndata: b\n\n'],
    ['a\r\nb\rc\n', 'id: 1\ndata: a\ndata: b\ndata: c\ndata: \n\n'],
    ['\n\r', 'id: 1\ndata: \ndata: \ndata: \n\n'],
    ['x\n\nid: 2\ndata: forged', 'id: 1\ndata: x\ndata: \ndata: id: 2\ndata: data: forged\n\n'],
  ])('in a stream: %j', (payload, frame) => {
    expect(messageFrame({ id: '1', payload: Buffer.from(payload) }).toString()).toBe(frame);
  });

  it('in a poll has times whatever its sender wrote', () => {
    const message = { id: '1', payload: Buffer.alloc(0), properties: {}, publishTime: 0, eventTime: 1e300 };
    expect(polledMessage('t', message)).toMatchObject({ eventTime: '1970-01-01T00:00:00.000Z', key: '' });
  });
});

describe('a message as it comes in', () => {
  it('has key and properties by raw headers, whose names keep their case', () => {
    expect(
      readMessageHeaders([
        'Host',
        'x',
        'pulsarkey',
        'k',
        'PulsarProperties-aB',
        '1',
        'pulsarproperties-C',
        '2',
      ]),
    ).toEqual({ key: 'k', properties: { aB: '1', C: '2' } });
    expect(readMessageHeaders(['PulsarProperties-__proto__', 'x']).properties).toEqual(
      Object.fromEntries([['__proto__', 'x']]),
    );
    const many = Array.from({ length: 51 }, (_, at) => [`PulsarProperties-${at}`, 'x']).flat();
    expect(thrownBy(() => readMessageHeaders(many))).toMatchObject({ status: 422 });
    expect(thrownBy(() => readMessageHeaders(['PulsarKey', 'x'.repeat(1_001)]))).toMatchObject({
      status: 422,
    });
  });

  it('is what the body is, unless headers are asked for', async () => {
    const body = Buffer.from('x');
    const headers = { 'content-encoding': 'Identity', 'x-a': 'b' };
    expect(await payloadOf({ body, headers, includeHeaders: undefined }, 10)).toBe(body);
    expect(JSON.parse((await payloadOf({ body, headers, includeHeaders: '' }, 10)).toString())).toEqual({
      headers: { 'Content-Encoding': ['Identity'], 'X-A': ['b'] },
      body: 'x',
    });
  });
});

describe('a turnstile', () => {
  it('lets so many in, and so many of each, and nobody out twice', () => {
    const turnstile = createTurnstile({ max: 3, maxEach: 2 });
    const leave = turnstile.enter('a');
    turnstile.enter('a');
    expect(thrownBy(() => turnstile.enter('a'))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    turnstile.enter('b');
    expect(thrownBy(() => turnstile.enter('c'))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    leave();
    leave();
    turnstile.enter('c');
    expect(thrownBy(() => turnstile.enter('a'))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });
});
