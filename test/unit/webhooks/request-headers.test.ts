import { Webhook as Verifier } from 'standardwebhooks';
import type { ReceivedMessage } from '../../../src/ports/bus.js';
import { requestHeaders, type Webhook } from '../../../src/webhooks/request-headers.js';
import { createWebhookSigner, readWebhookKeys } from '../../../src/webhooks/signing.js';

const KEYS = ['a key of thirty-two characters, at least', 'another key of thirty-two characters'];
const topic = 'persistent://ops/stageline/replies';
const webhook: Webhook = {
  url: 'https://hooks.example.com/in',
  subscription: 'board',
  type: 'exclusive',
  initialPosition: 'latest',
  active: true,
};
const MESSAGE: ReceivedMessage = {
  id: 'CAcQAA==',
  payload: Buffer.from('{"status":"ok"}'),
  properties: {},
  publishTime: Date.UTC(2026, 0, 1),
};

const headersOf = (message: Partial<ReceivedMessage> = {}, more: Partial<Webhook> = {}) =>
  requestHeaders(
    { topic, webhook: { ...webhook, ...more }, message: { ...MESSAGE, ...message } },
    createWebhookSigner(KEYS),
    Date.now(),
  );

describe('the headers of a webhook', () => {
  it('say what Pulsar Beam says of a message', () => {
    expect(headersOf({ key: 'pricing', eventTime: 1, properties: { trace: 'a b' } })).toMatchObject({
      'content-type': 'application/json',
      'content-length': '15',
      PulsarTopic: topic,
      PulsarMessageId: 'CAcQAA==',
      PulsarPublishedTime: '2026-01-01T00:00:00.000Z',
      PulsarEventTime: '1970-01-01T00:00:00.001Z',
      PulsarKey: 'pricing',
      'PulsarProperties-trace': 'a b',
    });
    expect(headersOf({ payload: Buffer.from([0xff]) })['content-type']).toBe('application/octet-stream');
  });

  it('carry those that were set, but none over their own', () => {
    const headers = headersOf({}, { headers: { 'X-Team': 'release', 'user-agent': 'other' } });
    expect(headers).toMatchObject({ 'X-Team': 'release', 'user-agent': 'stageline' });
  });

  it('begin no header with what a message says', () => {
    const headers = headersOf({
      key: 'a\r\nX-Admin: yes',
      properties: { trace: 'é\n100%', 'bad name': 'x', 'a\r\nX-Admin': 'yes', '': 'empty' },
    });
    expect(headers['PulsarKey']).toBe('a%0D%0AX-Admin: yes');
    expect(decodeURIComponent(headers['PulsarProperties-trace'] ?? '')).toBe('é\n100%');
    expect(headers['PulsarPropertiesLeftOut']).toBe('3');
    for (const [name, value] of Object.entries(headers)) expect(name + value).toMatch(/^[\x20-\x7e]*$/);
  });

  it('are those of one message, and of none before it', () => {
    headersOf({ key: 'pricing', properties: { trace: 'a' } });
    expect(Object.keys(headersOf())).not.toContain('PulsarProperties-trace');
    expect(Object.keys(headersOf())).not.toContain('PulsarKey');
  });

  it('leave out properties beyond what a receiver takes', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`p${index}`, 'x'.repeat(1_000)]),
    );
    const headers = headersOf({ properties });
    expect(JSON.stringify(headers).length).toBeLessThan(10_000);
    expect(headers['PulsarPropertiesLeftOut']).toBe('42');
  });

  it('are signed as Standard Webhooks, by each key', () => {
    for (const key of KEYS) {
      const secret = createWebhookSigner([key]).secretOf({ topic, url: webhook.url });
      expect(new Verifier(secret).verify('{"status":"ok"}', headersOf())).toEqual({ status: 'ok' });
    }
  });

  it('are not those of another body, another receiver, another topic, or of long ago', () => {
    const signer = createWebhookSigner(KEYS);
    const verify = (receiver: { topic: string; url: string }, body: string, headers = headersOf()) =>
      new Verifier(signer.secretOf(receiver)).verify(body, headers);
    const body = '{"status":"ok"}';
    expect(() => verify({ topic, url: webhook.url }, '{"status":"no"}')).toThrow('No matching signature');
    expect(() => verify({ topic, url: 'https://other.example.com/' }, body)).toThrow('No matching');
    expect(() => verify({ topic: `${topic}-2`, url: webhook.url }, body)).toThrow('No matching');
    const old = requestHeaders({ topic, webhook, message: MESSAGE }, signer, Date.now() - 600_000);
    expect(() => verify({ topic, url: webhook.url }, body, old)).toThrow('too old');
  });

  it('name a message the same each time, and each message otherwise', () => {
    expect(headersOf()['webhook-id']).toBe(headersOf()['webhook-id']);
    expect(headersOf()['webhook-id']).not.toBe(headersOf({ id: 'CAcQAQ==' })['webhook-id']);
  });
});

describe('the file of keys', () => {
  it('holds one a line', () => {
    expect(readWebhookKeys(`${KEYS.join('\r\n')}\n\n`, 'FILE')).toEqual(KEYS);
  });

  it.each(['', '\n \n', `${KEYS[0]}\nshort`])('is refused as %j', (text) => {
    expect(() => readWebhookKeys(text, 'FILE')).toThrow('it needs a secret of 32 characters or more');
  });
});
