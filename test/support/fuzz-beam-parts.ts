import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { NASTY, payload } from './fuzz-inputs.js';

/** Values that are drawn as often as the weight says, beside others. */
export const weighted = <T>(weight: number, ...values: readonly T[]) => ({
  weight,
  arbitrary: fc.constantFrom(...values),
});
const text = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 5, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);
export const encoded = fc.oneof(
  { weight: 3, arbitrary: text.map((one) => encodeURIComponent(Buffer.from(one).toString())) },
  weighted(1, '%', '%ff', '%00', '%2F', '..', '.', '//', '%E0%A4%A', 'a%20b', 'a;b', 'ä'),
);
const domain = fc.oneof(
  weighted(12, 'p', 'persistent', 'np', 'non-persistent'),
  weighted(1, 'nonpersistent', 'P'),
  {
    weight: 1,
    arbitrary: encoded,
  },
);
const tenant = fc.oneof(weighted(12, 'acme'), weighted(2, 'ops', 'public'), {
  weight: 1,
  arbitrary: encoded,
});
const name = fc.oneof(
  weighted(12, 'new', 'live', 'old', 'a', 'b'),
  {
    weight: 2,
    arbitrary: fc.stringMatching(/^[a-z0-9]{1,12}$/),
  },
  { weight: 1, arbitrary: encoded },
);
const own = fc.constantFrom(
  'commands',
  'replies',
  'journal',
  'dead-letters',
  'beats',
  'commands-partition-0',
);
export const place = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(domain, tenant, name, name).map((parts) => parts.join('/')),
  },
  { weight: 4, arbitrary: own.map((topic) => `persistent/ops/stageline/${topic}`) },
  { weight: 1, arbitrary: fc.array(encoded, { maxLength: 6 }).map((parts) => parts.join('/')) },
);
export const topicName = fc.oneof(
  weighted(6, 'persistent://ops/stageline/commands'),
  weighted(3, 'persistent://acme/orders/new', 'acme/orders/new', 'non-persistent://acme/orders/new', 'new'),
  weighted(1, 'persistent://ops/stageline/journal', 'garbage://a/b', 'persistent://', '://', 'a/b'),
  { weight: 2, arbitrary: text },
);

export const number = fc.constantFrom(
  ...['0', '1', '5', '20', '-5', '%2B3', '', 'x', '1e3', '0x10', '1.5', '99999999999999999999', 'NaN', '%00'],
);
export const asksLong = fc.constantFrom('30000', '999999', '999999999999999');
const parameter = fc.oneof(
  fc.tuple(
    fc.constantFrom('includeHeaders', 'mode', 'batchSize', '__proto__', 'toString', 'constructor[x]'),
    fc.oneof(fc.constantFrom('', 'true', 'false', 'async', '1'), number, encoded),
  ),
  fc.tuple(fc.constant('batchSize'), number),
);
export const parameters = fc.array(parameter, { maxLength: 3 });
export const query = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.length === 0 ? '' : `?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`;

const subscription = fc.oneof(
  weighted(4, 'my-subscription', 'another-subscription', 'third-one'),
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z]{5,8}$/) },
  { weight: 2, arbitrary: text },
);
export const header: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(fc.constant('TopicFn'), topicName),
  fc.tuple(fc.constant('SubscriptionName'), subscription),
  fc.tuple(
    fc.constant('SubscriptionType'),
    fc.oneof(weighted(4, 'exclusive', 'Shared', 'failover', 'KEYSHARED'), { weight: 1, arbitrary: text }),
  ),
  fc.tuple(
    fc.constant('SubscriptionInitialPosition'),
    fc.oneof(weighted(4, 'earliest', 'Latest'), { weight: 1, arbitrary: text }),
  ),
  fc.tuple(
    fc.constant('Last-Event-ID'),
    fc.oneof(weighted(3, '0000000000000001', '9'.repeat(16), '1:2:0', '0'), { weight: 1, arbitrary: text }),
  ),
  fc.tuple(
    fc.constant('PulsarUrl'),
    fc.oneof(weighted(2, 'pulsar://broker:6650', 'pulsar://other:6650'), { weight: 1, arbitrary: text }),
  ),
  fc.tuple(fc.constant('PulsarKey'), text),
  fc.tuple(
    fc
      .oneof(
        fc.constantFrom('of', 'ticket', '__proto__', 'PulsarBeamId', ''),
        fc.stringMatching(/^[!-9;-~]{1,9}$/),
      )
      .map((property) => `PulsarProperties-${property}`),
    text,
  ),
  fc.tuple(
    fc.constant('Content-Type'),
    fc.oneof(
      weighted(
        3,
        'application/json',
        'text/plain',
        'application/octet-stream',
        'multipart/form-data',
        'x',
        '/',
      ),
      weighted(
        1,
        'application/json; charset=utf-16',
        'text/plain; boundary="',
        'application/x-www-form-urlencoded',
      ),
      { weight: 1, arbitrary: text },
    ),
  ),
  fc.tuple(
    fc.constant('Content-Encoding'),
    fc.oneof(weighted(5, 'gzip', 'GZIP', 'identity', ''), weighted(1, 'br', 'gzip, gzip', 'deflate'), {
      weight: 1,
      arbitrary: text,
    }),
  ),
  fc.tuple(
    fc.constantFrom('Origin', 'Referer', 'X-Forwarded-For', 'Forwarded', 'Accept', 'If-None-Match', 'Cookie'),
    text,
  ),
  fc.constantFrom<readonly [string, string]>(
    ['Expect', '100-continue'],
    ['Expect', 'x'],
    ['Upgrade', 'websocket'],
    ['Connection', 'upgrade'],
    ['Transfer-Encoding', 'gzip'],
    ['Host', 'elsewhere.example'],
    ['Origin', 'http://elsewhere.example'],
    ['X-Large', 'x'.repeat(40_000)],
  ),
);

const plain = fc.oneof(
  // Whoever sets environments other than the configured ones stops the writer, and that is right.
  { weight: 6, arbitrary: payload.filter((bytes) => !bytes.includes('set-environments')) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  weighted(1, Buffer.alloc(0), Buffer.from('\ufeff{}'), Buffer.from('id: 7\nevent: x\rdata: y\n\n')),
);
const LARGE = Buffer.alloc(6 * 1024 * 1024, 'x');
const BOMB = gzipSync(Buffer.alloc(100 * 1024 * 1024));
/** What becomes a message: commands with something wrong in them, anything else, and that as gzip, whole or not. */
export const body = fc.oneof(
  { weight: 300, arbitrary: plain },
  { weight: 80, arbitrary: plain.map((bytes) => gzipSync(bytes, { level: 1 })) },
  {
    weight: 30,
    arbitrary: fc
      .tuple(plain, fc.nat(40))
      .map(([bytes, cut]) => gzipSync(bytes, { level: 1 }).subarray(0, -cut - 1)),
  },
  weighted(1, LARGE, LARGE.subarray(0, 5 * 1024 * 1024), LARGE.subarray(0, 400_000), BOMB),
);

const someFields = (
  required: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  optional: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<unknown> => fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) });
const odd = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom({ toString: 1 }, { valueOf: null }, [[]]),
);
/** Mostly what is right, so that there is something behind the first check. */
const mostly = (...values: readonly unknown[]) =>
  fc.oneof(weighted(8, ...values), { weight: 1, arbitrary: odd });
const webhook = someFields(
  {
    URL: mostly('https://127.0.0.1:9/hook', 'http://127.0.0.1:9/hook', 'https://localhost:9/a?b=c'),
    subscription: mostly('my-webhook', 'another-webhook', 'x'),
  },
  {
    webhookStatus: mostly(0, 1, 2, 3),
    subscriptionType: mostly('', 'shared', 'Exclusive', 'failover', 'keyshared'),
    initialPosition: mostly('', 'latest', 'EARLIEST'),
    headers: fc.oneof(fc.array(mostly('X-Of: shop', 'Authorization: Bearer x', '__proto__: 1', ':')), odd),
    askedBy: mostly('dana', ''),
    more: odd,
  },
);
/** What Pulsar Beam's clients send to set webhooks, with something wrong in it. */
export const topicConfig: fc.Arbitrary<Buffer> = fc
  .oneof(
    {
      weight: 8,
      arbitrary: someFields(
        { TopicFullName: fc.oneof(topicName, mostly('persistent://acme/orders/new')) },
        {
          PulsarURL: mostly('pulsar://broker:6650', ''),
          Webhooks: fc.oneof(
            { weight: 8, arbitrary: fc.array(webhook, { maxLength: 3 }) },
            { weight: 1, arbitrary: odd },
          ),
          Notes: odd,
          Token: odd,
          topicfullname: odd,
        },
      ),
    },
    { weight: 1, arbitrary: odd },
  )
  .map((config) => Buffer.from(JSON.stringify(config)));
/** Keys of topics, which clients make themselves. */
export const topicKey = fc.oneof(
  weighted(1, 'd966e91af463c1ab837b6f171ed36c5f3ba71e12'),
  { weight: 2, arbitrary: fc.stringMatching(/^[0-9a-f]{40}$/) },
  { weight: 1, arbitrary: encoded },
);
